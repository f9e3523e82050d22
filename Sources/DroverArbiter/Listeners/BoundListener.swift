internal import DroverCore
internal import DroverSystem

/// One address that the arbiter listens on: one socket for all workers, or with `reuseport` one for each slot.
///
/// The arbiter makes the slots' sockets and keeps them, so a worker that dies leaves its queue to its successor, and a
/// generation to the next. Sockets outlive settings: which accept mode counts, the generation says.
final class BoundListener {
    /// How it was spelled when it was bound.
    let bind: BindAddress
    let address: SocketAddress
    /// Whether another process opened it and keeps it, and with it its name.
    let isLent: Bool
    /// What the generation in force does with it.
    private(set) var settings: ListenerSettings
    private var sockets: [Socket]
    private var steeredTo: Int?
    /// Whether further sockets may be bound to its address, or to one that overlaps.
    private var isDivisible: Bool
    /// Whether connections may come; one that is bound beside another listener of the server's begins with its
    /// generation.
    private(set) var isListening: Bool
    /// Another process that has sockets of the same port, and so a part of the connections.
    let sharer: PortSharer?

    /// Takes over `sockets`, one or one a slot, which are all bound to the same address.
    init(
        settings: ListenerSettings, sockets: [Socket], isLent: Bool = false, isListening: Bool = true,
        sharer: PortSharer? = nil
    ) {
        self.settings = settings
        self.isLent = isLent
        self.sockets = sockets
        self.isListening = isListening
        self.sharer = sharer
        bind = settings.bind
        address = sockets[0].address
        isDivisible = sockets.count > 1
    }

    /// What the worker of `slot` inherits, if its generation uses the listener as `settings` say; nil when it is closed.
    ///
    /// - Throws: `SystemError` when a slot's own socket cannot be made.
    func inherited(slot: Int, _ settings: ListenerSettings) throws(SystemError) -> WorkerLaunch.Inherited? {
        guard let first = sockets.first else { return nil }
        let isSplit = settings.hasOwnQueues(at: address)
        if isSplit { try admitSiblings() }
        // In order: a socket's number in the kernel's group is its slot.
        while isSplit, sockets.count <= slot {
            let socket = try ListeningSocket(
                bind: address, backlog: settings.backlog, reusePort: true, onlyBinds: !isListening)
            sockets.append(Socket(socket))
            // Nothing may be sent there before a worker reads it.
            if isListening { steer(toFirst: steeredTo ?? sockets.count - 1) }
        }
        let descriptor = (isSplit ? sockets[slot] : first).descriptor
        return WorkerLaunch.Inherited(descriptor: descriptor, address: address, settings: settings)
    }

    /// The numbers of all its sockets, by slot.
    var descriptors: [Int32] { sockets.map(\.descriptor) }

    /// Lets further sockets of this user be bound to the address, or to one that overlaps.
    ///
    /// For good: Linux remembers it with the port, whatever the option says later.
    func admitSiblings() throws(SystemError) {
        guard !isDivisible else { return }
        for socket in sockets { try socket.admitSiblings() }
        isDivisible = true
    }

    /// Lets connections come.
    func startListening() throws(SystemError) {
        guard !isListening else { return }
        isListening = true
        for socket in sockets { try socket.startListening(backlog: settings.backlog) }
    }

    /// Lets a generation that has come into force use it as `settings` say.
    func adopt(_ settings: ListenerSettings) {
        if settings.backlog != self.settings.backlog {
            for socket in sockets { socket.changeBacklog(settings.backlog) }
        }
        self.settings = settings
    }

    /// Listens again on what this server has bound, in the name of the process that calls.
    ///
    /// The kernel tells clients of a unix socket which process called listen(2) last, SO_PEERCRED in unix(7). After an
    /// upgrade that has been the elder. A socket that is lent stays the lender's.
    func claim() {
        // One that does not listen yet will do so in this process's name anyway.
        if isLent || !isListening { return }
        for socket in sockets { socket.changeBacklog(settings.backlog) }
    }

    /// Steers new connections to the first `open` slots, and closes from the end the sockets beyond `needed` slots.
    func fit(open: Int?, needed: Int) {
        guard isListening, sockets.count > 1 || steeredTo != nil else { return }
        while sockets.count > max(needed, 1) { sockets.removeLast() }
        if !settings.hasOwnQueues(at: address) { steer(toFirst: 1) } else if let open { steer(toFirst: open) }
    }

    private func steer(toFirst count: Int) {
        guard let first = sockets.first else { return }
        let target = sockets.count > count ? count : nil
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

    /// Removes the socket's name from the file system, if it is this server's.
    func removeName() {
        guard case .unix(let path) = address, !isLent else { return }
        try? removeFile(path)
    }

    /// A listening socket with a reference count, as lists cannot hold what has one owner only.
    final class Socket {
        private let socket: ListeningSocket

        init(_ socket: consuming ListeningSocket) {
            self.socket = socket
        }

        var descriptor: Int32 { socket.descriptor.raw }
        var address: SocketAddress { socket.address }

        func admitSiblings() throws(SystemError) { try socket.admitSiblings() }
        func startListening(backlog: Int) throws(SystemError) { try socket.startListening(backlog: backlog) }
        func changeBacklog(_ backlog: Int) { socket.changeBacklog(backlog) }
    }
}
