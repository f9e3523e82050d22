import DogeDiscovery
import DogeMessages
import MessagePack
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A server on loopback that does with each request what a test says.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (DogeRequest, ScriptedPeer) -> Void

    let port: Int
    private let listener: any Channel
    private let log: ScriptedLog

    /// Listens at a free port, or at `port` again.
    init(port: Int? = nil, _ script: @escaping Script) async throws {
        let log = ScriptedLog()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let peer = ScriptedPeer(channel)
                    log.joined(peer)
                    try channel.pipeline.syncOperations.addHandler(ScriptedHandler(peer, log, script))
                }
            }
        self.log = log
        listener = try await Self.bind(bootstrap, port)
        self.port = listener.localAddress?.port ?? 0
    }

    private static let used = NIOLockedValueBox<Set<Int>>([])

    // Below the ports that connections take for themselves, so that none takes one that is to be listened at again.
    private static func bind(_ bootstrap: ServerBootstrap, _ port: Int?) async throws -> any Channel {
        if let port { return try await bootstrap.bind(host: "127.0.0.1", port: port).get() }
        while true {
            let port = Int.random(in: 18_000..<32_000)
            // A server that has stopped must not be found alive because another test's has taken its port.
            guard used.withLockedValue({ $0.insert(port).inserted }) else { continue }
            do {
                return try await bootstrap.bind(host: "127.0.0.1", port: port).get()
            } catch let error as IOError where error.errnoCode == 98 {
                continue
            }
        }
    }

    var endpoint: Endpoint { Endpoint(node: "n\(port)", host: "127.0.0.1", port: port) }

    /// The requests that have come so far.
    var requests: [DogeRequest] { log.requests }

    /// The connections that have been made so far.
    var peers: [ScriptedPeer] { log.peers }

    /// Connections that are open.
    var openCount: Int { peers.count { $0.isOpen } }

    /// Listens no more, and ends all connections.
    func stop() async throws {
        try await listener.close()
        for peer in peers { await peer.close() }
    }
}

/// A client, as a scripted server sees it.
final class ScriptedPeer: Sendable {
    private let channel: any Channel

    init(_ channel: any Channel) {
        self.channel = channel
    }

    var isOpen: Bool { channel.isActive }

    func reply(_ request: DogeRequest, _ result: MessagePackValue) {
        send(DogeReply(id: request.id ?? 0, result: result).encoded)
    }

    func refuse(_ request: DogeRequest, _ error: String) {
        send(DogeReply(id: request.id ?? 0, error: error).encoded)
    }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }

    /// Reads nothing any more.
    func turnAway() { _ = channel.setOption(.autoRead, value: false) }

    /// Does something later.
    func after(_ milliseconds: Int64, _ body: @escaping @Sendable () -> Void) {
        _ = channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds), body)
    }

    /// Ends the connection after all that was sent.
    func hangUp() { channel.close(promise: nil) }

    /// Ends the connection; the other side's kernel knows it when this returns.
    func close() async { try? await channel.close() }
}

/// What a scripted server has seen.
private final class ScriptedLog: Sendable {
    private let seen = NIOLockedValueBox<(requests: [DogeRequest], peers: [ScriptedPeer])>(([], []))

    var requests: [DogeRequest] { seen.withLockedValue { $0.requests } }
    var peers: [ScriptedPeer] { seen.withLockedValue { $0.peers } }

    func joined(_ peer: ScriptedPeer) { seen.withLockedValue { $0.peers.append(peer) } }
    func asked(_ request: DogeRequest) { seen.withLockedValue { $0.requests.append(request) } }
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: ScriptedPeer
    private let log: ScriptedLog
    private let script: ScriptedServer.Script
    private var framer = MessagePackFramer(maximumBytes: 1 << 20)
    private var received: [UInt8] = []

    init(_ peer: ScriptedPeer, _ log: ScriptedLog, _ script: @escaping ScriptedServer.Script) {
        self.peer = peer
        self.log = log
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        do {
            while true {
                let bytes = received
                guard !bytes.isEmpty, let count = try framer.next(bytes.span.bytes) else { return }
                received.removeFirst(count)
                let request = try DogeRequest(decoding: Array(bytes[0..<count]))
                log.asked(request)
                script(request, peer)
            }
        } catch {
            context.close(promise: nil)
        }
    }
}
