internal import DroverCore
internal import DroverLineRPCMessages

extension RPCSession {
    /// What is remembered of a client between two steps.
    struct Memory: ~Copyable {
        let channel: PeerChannel
        var calls: ConcurrentCalls<RunningCall, [UInt8]>
        var framer: MessageFramer
        /// The reply that is being written.
        var writer = MessageWriter()
        var batch: OpenBatch?
        /// Whether the first bytes are no other protocol's.
        var isAtHome = false
        /// Whether nothing more is received: the client has ended, or lost the framing, or its time after a drain is over.
        var isDeaf = false
        /// Whether the client has ended, so that what is buffered behind the last line feed is a message too.
        var takesRest = false
        /// Whether the client has to be told of the drain as soon as it is known to understand that.
        var owesFarewell = false
        /// Monotonic milliseconds until which a client is heard that has been told of the drain.
        var farewellUntil = Int64.max

        init(_ connection: Connection, _ settings: LineRPCSettings, _ channel: PeerChannel) {
            self.channel = channel
            calls = ConcurrentCalls(connection)
            framer = MessageFramer(settings.framing, limit: settings.maxLine)
        }
    }

    /// Where the connection keeps the memory while no step has it.
    final class Keeper {
        private let channel: PeerChannel
        private var memory: Memory?

        init(_ connection: Connection, _ settings: LineRPCSettings) {
            channel = PeerChannel(connection, framing: settings.framing, limit: settings.maxPendingOutput)
            memory = Memory(connection, settings, channel)
        }

        deinit { channel.close() }

        func take() -> Memory {
            guard let memory = memory.take() else { preconditionFailure("a connection takes two steps at a time") }
            return memory
        }

        func put(_ memory: consuming Memory) {
            self.memory = consume memory
        }
    }
}
