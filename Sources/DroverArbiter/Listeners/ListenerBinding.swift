internal import DroverCore
internal import DroverSystem

/// Finds the sockets for a configuration's listeners: those that are there already, those that were inherited, or new
/// ones.
struct ListenerBinding {
    let present: [BoundListener]
    /// Whom unix sockets are given to; nil is who this process is.
    let owner: Credentials?
    var inherited: InheritedSockets

    /// The sockets of one listener: one for each address that its name stands for.
    ///
    /// - Throws: `BindError`; what was bound on the way is closed.
    mutating func listeners(for settings: ListenerSettings) throws(BindError) -> [BoundListener] {
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
        case .abstract(let name): return [try bindOne(settings, .abstract(name))]
        case .descriptor(let number):
            let passed = inherited.take(number)
            // Whoever opened it before this process began may have more plans for it.
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
            addresses = try lookUp(host: host, port: port)
        } catch {
            throw BindError(settings.bind, reason: error.reason)
        }
        var found: [BoundListener] = []
        var failure: SystemError?
        // With port 0 each address would get a port of its own, which nobody wants of one name.
        for address in port == 0 ? Array(addresses.prefix(1)) : addresses {
            do throws(SystemError) {
                found.append(try listener(at: address, settings))
            } catch  where [SystemError.addressNotAvailable, SystemError.familyNotSupported].contains(error.code) {
                // A name such as localhost may have an address of a family that this machine does not use.
                failure = error
            } catch {
                for one in found where !present.contains(where: { $0 === one }) { one.close() }
                throw BindError(settings.bind, error)
            }
        }
        if found.isEmpty, let failure { throw BindError(settings.bind, failure) }
        return found
    }

    private mutating func bindOne(
        _ settings: ListenerSettings, _ address: SocketAddress
    ) throws(BindError) -> BoundListener {
        do throws(SystemError) {
            return try listener(at: address, settings)
        } catch {
            throw BindError(settings.bind, error)
        }
    }

    private mutating func bindPath(_ settings: ListenerSettings, _ path: String) throws(BindError) -> BoundListener {
        let standing = present.contains { $0.address == .unix(path) } || inherited.has(.unix(path))
        if !standing { try removeStale(path, settings.bind) }
        return try bindOne(settings, .unix(path))
    }

    private mutating func listener(
        at address: SocketAddress, _ settings: ListenerSettings
    ) throws(SystemError) -> BoundListener {
        if let standing = present.first(where: { $0.address == address }) { return standing }
        let entries = inherited.take(address)
        if !entries.isEmpty { return try adopt(entries, settings) }
        let reusePort = settings.hasOwnQueues(at: address)
        let socket = try ListeningSocket(
            bind: address, backlog: settings.backlog, reusePort: reusePort, owner: owner)
        return BoundListener(settings: settings, sockets: [BoundListener.Socket(socket)])
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
            let socket = try ListeningSocket(inheriting: Descriptor(owning: entry.descriptor))
            sockets.append(BoundListener.Socket(socket))
        }
        return BoundListener(settings: settings, sockets: sockets, isLent: entries.contains(where: \.isLent))
    }

    // A socket's name outlives its process. If nobody answers there, it is left over and may go.
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
