internal import DroverSystem

/// A stream that we have opened to a server, by ``StreamLoop/connect(to:through:as:limits:)-(String,_,_,_)``.
///
/// It belongs to one task at a time, which may run anywhere; it closes with the last reference to it. What goes wrong is a
/// ``ConnectionError/upstream(_:)``, so that it is not taken for an error of a connection that is served. Cancelling the task
/// ends its wait, and the stream goes on.
public final class ClientStream: ByteStream {
    private let reactor: StreamReactor
    // Milliseconds; 0 is for ever.
    private let connectLimit: Int64
    private let readLimit: Int64
    private let writeLimit: Int64
    /// How many bytes have come.
    public private(set) var bytesReceived = 0
    /// How many bytes have left.
    public private(set) var bytesSent = 0
    /// The protocol that was agreed on by name in the transport's handshake, such as ALPN's, RFC 7301; nil for none.
    public private(set) var negotiatedProtocol: String?
    private var isClosed = false

    init(id: UInt64, token: Int32, session: any TransportSession, limits: StreamLimits, reactor: StreamReactor) {
        self.reactor = reactor
        connectLimit = limits.connect.inMilliseconds
        readLimit = limits.read.inMilliseconds
        writeLimit = limits.write.inMilliseconds
        super.init(id: id, token: token, session: session, home: reactor)
        // It is connecting.
        mayHaveRoom = false
    }

    deinit { close() }

    /// Waits until the socket is connected and the transport's handshake is complete.
    ///
    /// - Throws: `SystemError` that names connect(2) when the server cannot be reached, `ConnectionError` for what follows.
    func establish() async throws {
        let end = moment(after: connectLimit)
        while !mayHaveRoom {
            switch await wait(for: .output, until: end) {
            case .timedOut: throw fault(.timedOut(.connect))
            case .stopping: throw fault(.endOfStream)
            case .cancelled: throw fault(.cancelled)
            case .ready, .rest, .nudged, .draining: continue
            }
        }
        if let code = session.connectError { throw SystemError("connect", code) }
        switch try await shakeHands(until: end) {
        case .complete(let handshake): negotiatedProtocol = handshake.negotiatedProtocol
        case .foreign(let peer): throw fault(.handshake(peer.reason))
        case .wantsInput, .wantsOutput: break
        }
    }

    /// Sends what was gathered, says the transport's farewell, and closes.
    ///
    /// - Throws: as `flush()`; the stream is closed all the same.
    public func finish() async throws(ConnectionError) {
        defer { close() }
        try await flush()
    }

    /// Closes at once; what was gathered and not sent is lost.
    ///
    /// From then on nothing more comes, and what is sent fails with `ConnectionError.reset`.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        // What is called now ends at once, as nothing would wake it.
        peerEnded = true
        mayHaveInput = false
        mayHaveRoom = true
        input.clear(to: home.pool)
        output.clear(to: home.pool)
        if !isCutOff { _ = session.farewell() }
        session.close()
        reactor.remove(token, id)
    }

    // MARK: A stream of this kind

    override func park(_ interest: Interest, until deadline: Int64, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        reactor.park(self, interest, until: deadline, continuation)
    }

    override func wait(for interest: Interest, until deadline: Int64) async -> Wakeup {
        let (reactor, token, id) = (reactor, token, id)
        return await withTaskCancellationHandler {
            await super.wait(for: interest, until: deadline)
        } onCancel: {
            reactor.endWait(token, id)
        }
    }

    override func fault(_ error: ConnectionError) -> ConnectionError { .upstream(error) }

    override func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) { reactor.postpone(continuation) }

    override func inputDeadline() -> Int64 {
        min(moment(after: readLimit), messageDeadline == 0 ? .max : messageDeadline)
    }

    override func outputDeadline() -> Int64 { moment(after: writeLimit) }

    private func moment(after limit: Int64) -> Int64 { limit == 0 ? .max : home.now() + limit }

    override func noteReceived(_ count: Int, intoEmpty: Bool) { bytesReceived += count }

    override func noteSent(_ count: Int) { bytesSent += count }
}
