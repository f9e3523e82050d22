internal import DroverCore
internal import DroverSystem

/// All sockets that the arbiter owns, in the order of the configuration.
struct ListenerSet {
    private(set) var listeners: [BoundListener] = []

    /// Binds every address, or none.
    ///
    /// - Throws: `BindError` that names the address and who holds it.
    init(_ settings: [ListenerSettings]) throws(BindError) {
        do throws(BindError) {
            for listener in settings { listeners += try Self.bind(listener) }
        } catch {
            close()
            throw error
        }
    }

    /// What the worker of `slot` inherits.
    ///
    /// - Throws: `SystemError` when a slot's own socket cannot be made.
    func inherited(slot: Int) throws(SystemError) -> [WorkerLaunch.Inherited] {
        var inherited: [WorkerLaunch.Inherited] = []
        for listener in listeners {
            if let socket = try listener.inherited(slot: slot) { inherited.append(socket) }
        }
        return inherited
    }

    /// The numbers of all sockets, of whatever slot.
    var descriptors: [Int32] { listeners.flatMap(\.descriptors) }

    /// Sends new connections to the first `wanted` slots only, and closes the sockets of slots that nobody needs.
    ///
    /// - Parameters:
    ///   - wanted: How many slots, from 0, are to have a worker.
    ///   - live: How many slots, from 0, still have one.
    func fit(wanted: Int, live: Int) {
        for listener in listeners { listener.fit(wanted: wanted, live: live) }
    }

    /// Closes the arbiter's copies.
    func close() {
        for listener in listeners {
            listener.close()
            listener.removeName()
        }
    }

    private static func bind(_ settings: ListenerSettings) throws(BindError) -> [BoundListener] {
        switch settings.bind {
        case .tcp(let host, let port): return try bindNetwork(settings, host: host, port: port)
        case .unix(let path):
            try removeStale(path, settings.bind)
            return [try bind(settings, .unix(path))]
        case .abstract(let name): return [try bind(settings, .abstract(name))]
        case .descriptor(let number):
            do throws(SystemError) {
                let socket = try ListeningSocket(inheriting: Descriptor(owning: number))
                return [BoundListener(settings: settings, socket: socket)]
            } catch {
                throw BindError(settings.bind, error)
            }
        }
    }

    private static func bindNetwork(
        _ settings: ListenerSettings, host: String, port: UInt16
    ) throws(BindError) -> [BoundListener] {
        let addresses: [SocketAddress]
        do throws(HostLookupError) {
            addresses = try lookUp(host: host, port: port)
        } catch {
            throw BindError(settings.bind, reason: error.reason)
        }
        var bound: [BoundListener] = []
        var failure: SystemError?
        // With port 0 each address would get a port of its own, which nobody wants of one name.
        for address in port == 0 ? Array(addresses.prefix(1)) : addresses {
            do throws(SystemError) {
                bound.append(try listen(settings, address))
            } catch  where [SystemError.addressNotAvailable, SystemError.familyNotSupported].contains(error.code) {
                // A name such as localhost may have an address of a family that this machine does not use.
                failure = error
            } catch {
                for listener in bound { listener.close() }
                throw BindError(settings.bind, error)
            }
        }
        if bound.isEmpty, let failure { throw BindError(settings.bind, failure) }
        return bound
    }

    private static func bind(_ settings: ListenerSettings, _ address: SocketAddress) throws(BindError) -> BoundListener
    {
        do throws(SystemError) { return try listen(settings, address) } catch { throw BindError(settings.bind, error) }
    }

    private static func listen(
        _ settings: ListenerSettings, _ address: SocketAddress
    ) throws(SystemError) -> BoundListener {
        let reusePort = settings.hasOwnQueues(at: address)
        let socket = try ListeningSocket(bind: address, backlog: settings.backlog, reusePort: reusePort)
        return BoundListener(settings: settings, socket: socket)
    }

    // A socket's name outlives its process. If nobody answers there, it is left over and may go.
    private static func removeStale(_ path: String, _ bind: BindAddress) throws(BindError) {
        switch UnixSocketName.state(of: path) {
        case .absent: return
        case .answered: throw BindError(bind, reason: "another process listens there; stop it or choose another path")
        case .otherFile: throw BindError(bind, reason: "there is a file that is not a socket; remove it first")
        case .leftOver:
            do throws(SystemError) { try removeFile(path) } catch { throw BindError(bind, error) }
        }
    }
}
