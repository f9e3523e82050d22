internal import DroverCore
internal import DroverSystem

/// One address that the arbiter listens on: one socket for all workers, or with `reuseport` one for each slot.
///
/// The arbiter makes the slots' sockets and keeps them, so a worker that dies leaves its queue to its successor.
final class BoundListener {
    let settings: ListenerSettings
    let address: SocketAddress
    private var sockets: [Socket]
    private var steeredTo: Int?

    init(settings: ListenerSettings, socket: consuming ListeningSocket) {
        self.settings = settings
        address = socket.address
        sockets = [Socket(socket)]
    }

    private var isSplit: Bool { settings.hasOwnQueues(at: address) }

    /// What the worker of `slot` inherits; nil when the listener is closed.
    func inherited(slot: Int) throws(SystemError) -> WorkerLaunch.Inherited? {
        guard !sockets.isEmpty else { return nil }
        // In order: a socket's number in the kernel's group is its slot.
        while isSplit, sockets.count <= slot {
            sockets.append(
                Socket(try ListeningSocket(bind: address, backlog: settings.backlog, reusePort: true)))
        }
        let descriptor = sockets[isSplit ? slot : 0].descriptor
        return WorkerLaunch.Inherited(descriptor: descriptor, address: address, settings: settings)
    }

    /// The numbers of all its sockets.
    var descriptors: [Int32] { sockets.map(\.descriptor) }

    /// Steers new connections to the first `wanted` slots, and closes from the end what has no worker any more.
    func fit(wanted: Int, live: Int) {
        guard isSplit, let first = sockets.first, wanted > 0 else { return }
        while sockets.count > max(wanted, live) { sockets.removeLast() }
        let target = sockets.count > wanted ? wanted : nil
        guard target != steeredTo else { return }
        steeredTo = target
        if let target {
            // Refused by an old kernel it costs what nginx always pays: the queue of the socket that goes.
            try? ReusePortSteering.limit(first.descriptor, toFirst: target)
        } else {
            ReusePortSteering.reset(first.descriptor)
        }
    }

    /// Closes the arbiter's copies.
    ///
    /// Workers have their own: a queue lives until the last of them closes.
    func close() {
        sockets = []
    }

    /// Removes the socket's name from the file system.
    func removeName() {
        guard case .unix(let path) = address else { return }
        try? removeFile(path)
    }

    private final class Socket {
        private let socket: ListeningSocket

        init(_ socket: consuming ListeningSocket) {
            self.socket = socket
        }

        var descriptor: Int32 { socket.descriptor.raw }
    }
}
