internal import DroverCore
internal import DroverSystem

/// Finds the sockets for a configuration's listeners: those that are there already, those that were inherited, or new
/// ones.
struct ListenerBinding {
    let present: [BoundListener]
    /// Whom unix sockets are given to; nil is who this process is.
    let owner: Credentials?
    /// The process of the server that this one is to replace, if there is one.
    let elder: Int32?
    var inherited: InheritedSockets
    /// What this configuration has bound or taken so far.
    private var found: [BoundListener] = []

    init(present: [BoundListener], owner: Credentials?, elder: Int32?, inherited: InheritedSockets) {
        self.present = present
        self.owner = owner
        self.elder = elder
        self.inherited = inherited
    }

    /// The sockets of one listener: one for each address that its name stands for.
    ///
    /// - Throws: `BindError`; what was bound on the way is closed.
    mutating func listeners(for settings: ListenerSettings) throws(BindError) -> [BoundListener] {
        let listeners = try findOrBind(settings)
        for listener in listeners where !found.contains(where: { $0 === listener }) { found.append(listener) }
        return listeners
    }

    private mutating func findOrBind(_ settings: ListenerSettings) throws(BindError) -> [BoundListener] {
        let standing = present.filter { $0.bind == settings.bind }
        if !standing.isEmpty { return standing }
        let handed = inherited.take(settings.bind)
        if !handed.isEmpty {
            var taken: [BoundListener] = []
            for entries in handed { taken.append(try take(entries, settings)) }
            return taken
        }
        switch settings.bind {
        case .tcp(let host, let port): return try bindNetwork(settings, host: host, port: port)
        case .unix(let path): return [try bindPath(settings, path)]
        case .abstract(let name): return [try listener(at: .abstract(name), settings)]
        case .descriptor(let number):
            let passed = inherited.take(number)
            // The process that opened it before this one began may have more plans for it.
            let unknown = InheritedSockets.Entry(
                descriptor: number, slot: 0, name: "", address: .unnamed, isLent: true)
            return [try take(passed.isEmpty ? [unknown] : passed, settings)]
        case .named(let name):
            let names = Set(inherited.entries.map(\.name)).sorted().joined(separator: ", ")
            let offer = names.isEmpty ? "it passed none" : "it passed \(names)"
            throw BindError(settings.bind, reason: "the service manager passed no socket called '\(name)'; \(offer)")
        }
    }

    private mutating func bindNetwork(
        _ settings: ListenerSettings, host: String, port: UInt16
    ) throws(BindError) -> [BoundListener] {
        let addresses: [SocketAddress]
        do throws(HostLookupError) {
            addresses = try SocketAddress.lookUp(host: host, port: port)
        } catch {
            throw BindError(settings.bind, reason: error.reason)
        }
        var bound: [BoundListener] = []
        var failure: BindError?
        // With port 0 each address would get a port of its own, which is not what one name is for.
        for address in port == 0 ? Array(addresses.prefix(1)) : addresses {
            do throws(BindError) {
                bound.append(try listener(at: address, settings))
            } catch  where [SystemError.addressNotAvailable, SystemError.familyNotSupported].contains(error.code) {
                // A name such as localhost may have an address of a family that this machine does not use.
                failure = error
            } catch {
                for one in bound where !present.contains(where: { $0 === one }) { one.close() }
                throw error
            }
        }
        if bound.isEmpty, let failure { throw failure }
        return bound
    }

    private mutating func bindPath(_ settings: ListenerSettings, _ path: String) throws(BindError) -> BoundListener {
        if let twin = found.first(where: { Self.isOne($0.address, path) }) {
            throw BindError(settings.bind, besides: twin.bind)
        }
        let own = present.map(\.address) + inherited.entries.map(\.address)
        if let standing = own.first(where: { Self.isOne($0, path) }) { return try listener(at: standing, settings) }
        try removeStale(path, settings.bind)
        return try listener(at: .unix(path), settings)
    }

    /// Whether `address` is the socket at `path`, which has as many spellings as there are ways to its folder.
    private static func isOne(_ address: SocketAddress, _ path: String) -> Bool {
        guard case .unix(let other) = address, other != path else { return address == .unix(path) }
        guard let identity = FileIdentity(path: path) else { return false }
        return FileIdentity(path: other) == identity
    }

    private mutating func listener(
        at address: SocketAddress, _ settings: ListenerSettings
    ) throws(BindError) -> BoundListener {
        if let standing = present.first(where: { $0.address == address }) { return standing }
        let entries = inherited.take(address)
        if !entries.isEmpty { return try take(entries, settings) }
        let new =
            if let other = neighbours(of: address).first {
                try bindBeside(other, address, settings)
            } else {
                try bindAlone(address, settings)
            }
        found.append(new)
        return new
    }

    private func bindAlone(_ address: SocketAddress, _ settings: ListenerSettings) throws(BindError) -> BoundListener {
        do throws(SystemError) {
            return try newListener(address, settings)
        } catch {
            let twin = found.first { $0.address == address || $0.address.overlaps(address) }
            if let twin, error.code == SystemError.addressInUse {
                throw BindError(settings.bind, besides: twin.bind)
            }
            throw BindError(settings.bind, error, at: address, elder: elder)
        }
    }

    private func newListener(
        _ address: SocketAddress, _ settings: ListenerSettings
    ) throws(SystemError) -> BoundListener {
        let backlog = settings.backlog
        do throws(SystemError) {
            let socket = BoundListener.Socket(try ListeningSocket(bind: address, backlog: backlog, owner: owner))
            return BoundListener(settings: settings, sockets: [socket])
        } catch  where error.code == SystemError.addressInUse && settings.hasOwnQueues(at: address) {
            // The look comes before the port is shared, since this process listens there afterwards.
            let owner = SocketOwner.listening(at: address)
            let socket = BoundListener.Socket(try ListeningSocket(bind: address, backlog: backlog, reusePort: true))
            let isOwn = found.contains { $0.address.overlaps(address) }
            return BoundListener(settings: settings, sockets: [socket], sharer: isOwn ? nil : PortSharer(owner: owner))
        }
    }

    /// Binds an address that overlaps with that of another socket of this server's, called `other`.
    ///
    /// Both sockets can be bound once each has SO_REUSEPORT. The new one does not listen before its generation is in
    /// force. So connections come to the old one until then, and go on doing so if the new generation comes to nothing.
    private func bindBeside(
        _ other: Neighbour, _ address: SocketAddress, _ settings: ListenerSettings
    ) throws(BindError) -> BoundListener {
        do throws(SystemError) {
            for listener in present where listener.address.overlaps(address) && !listener.isLent {
                try listener.admitSiblings()
            }
            for entry in inherited.entries where entry.address.overlaps(address) && !entry.isLent {
                try ListeningSocket.admitSiblings(of: entry.descriptor)
            }
            let socket = BoundListener.Socket(
                try ListeningSocket(bind: address, backlog: settings.backlog, reusePort: true, onlyBinds: true))
            return BoundListener(settings: settings, sockets: [socket], isListening: false)
        } catch  where error.code == SystemError.addressInUse {
            throw BindError(settings.bind, heldBy: other.name, isLent: other.isLent)
        } catch {
            throw BindError(settings.bind, error, at: address)
        }
    }

    private typealias Neighbour = (name: String, isLent: Bool)

    /// The listeners and inherited sockets of this server at addresses that overlap with `address`.
    private func neighbours(of address: SocketAddress) -> [Neighbour] {
        present.filter { $0.address.overlaps(address) }.map { ("\($0.bind)", $0.isLent) }
            + inherited.entries.filter { $0.address.overlaps(address) }.map { ($0.name, $0.isLent) }
    }

    /// The listeners at addresses that the address of `wide` covers, which no listener has claimed.
    ///
    /// Connections to those addresses find these sockets first. Closed, the sockets would reset connections that come in
    /// the same moment, so they go on as a part of the listener that covers them.
    mutating func remainder(
        of wide: BoundListener, _ settings: ListenerSettings, beside claimed: [BoundListener]
    ) throws(BindError) -> [BoundListener] {
        var rest = present.filter { one in
            wide.address.covers(one.address) && !one.isLent && !claimed.contains { $0 === one }
        }
        for entries in inherited.take(coveredBy: wide.address) { rest.append(try take(entries, settings)) }
        return rest
    }

    private func take(_ entries: [InheritedSockets.Entry], _ settings: ListenerSettings) throws(BindError)
        -> BoundListener
    {
        do throws(SystemError) { return try adopt(entries, settings) } catch { throw BindError(settings.bind, error) }
    }

    private func adopt(_ entries: [InheritedSockets.Entry], _ settings: ListenerSettings) throws(SystemError)
        -> BoundListener
    {
        var sockets: [BoundListener.Socket] = []
        for entry in entries {
            let path: String? = if case .unix(let path) = entry.address { path } else { nil }
            let socket = try ListeningSocket(inheriting: Descriptor(owning: entry.descriptor), path: path)
            sockets.append(BoundListener.Socket(socket))
        }
        return BoundListener(settings: settings, sockets: sockets, isLent: entries.contains(where: \.isLent))
    }

    // A socket's name outlives its process. If no process answers there, it is left over and may go.
    private func removeStale(_ path: String, _ bind: BindAddress) throws(BindError) {
        switch UnixSocketName.state(of: path) {
        case .absent: return
        case .answered: throw BindError(bind, reason: "another process listens there; stop it or choose another path")
        case .otherFile: throw BindError(bind, reason: "there is a file that is not a socket; remove it first")
        case .leftOver:
            do throws(SystemError) { try removeFile(path) } catch { throw BindError(bind, error) }
        }
    }
}
