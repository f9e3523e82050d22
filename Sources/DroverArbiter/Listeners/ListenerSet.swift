internal import DroverCore
internal import DroverSystem

/// All sockets that the arbiter owns, and which generation listens on which.
///
/// A generation that is to come gets its sockets beside those of the one in force: an address that both use is one
/// socket, and what is new is bound at once, or the generation cannot be.
struct ListenerSet {
    private struct View {
        let listener: BoundListener
        let settings: ListenerSettings
    }

    private var views: [Int: [View]] = [:]
    private var generation: Int
    /// Whom unix sockets are given to; nil is who the arbiter is.
    private let owner: Credentials?
    /// The inherited sockets that no listener wants, which are closed.
    private(set) var unclaimed: [InheritedSockets.Entry] = []

    /// Binds every address of the first generation, or none; what was inherited is taken instead.
    ///
    /// - Parameters:
    ///   - settings: The listeners of the first generation.
    ///   - inherited: Sockets that were open before this process began.
    ///   - elder: The process of the server that this one is to replace, if there is one.
    ///   - owner: Whom unix sockets are given to; nil is who the arbiter is.
    /// - Throws: `BindError` that names the address and the process that holds it.
    init(
        _ settings: [ListenerSettings], inherited: InheritedSockets = InheritedSockets(), elder: Int32? = nil,
        owner: Credentials? = nil
    ) throws(BindError) {
        generation = 1
        self.owner = owner
        var inherited = inherited
        try prepare(1, settings, &inherited, elder: elder)
        unclaimed = inherited.entries
        for entry in unclaimed { Descriptor(owning: entry.descriptor).close() }
    }

    /// Makes sure that the generation `number` can listen as `settings` say.
    ///
    /// - Throws: `BindError`, and nothing has changed.
    mutating func prepare(_ number: Int, _ settings: [ListenerSettings]) throws(BindError) {
        var none = InheritedSockets()
        try prepare(number, settings, &none, elder: nil)
    }

    private mutating func prepare(
        _ number: Int, _ settings: [ListenerSettings], _ inherited: inout InheritedSockets, elder: Int32?
    ) throws(BindError) {
        let present = listeners
        var binding = ListenerBinding(present: present, owner: owner, elder: elder, inherited: inherited)
        var result: [View] = []
        do throws(BindError) {
            for one in settings {
                for listener in try binding.listeners(for: one) {
                    result.append(View(listener: listener, settings: one))
                }
            }
            try Self.requireSeparate(result)
            for view in result {
                for rest in try binding.remainder(of: view.listener, view.settings, beside: result.map(\.listener)) {
                    result.append(View(listener: rest, settings: view.settings))
                }
            }
        } catch {
            for view in result where !present.contains(where: { $0 === view.listener }) { Self.end(view.listener) }
            throw error
        }
        inherited = binding.inherited
        views[number] = result
    }

    /// Makes sure that no two listeners have one socket, and that one that was bound beside an old socket does not overlap
    /// with another new one.
    ///
    /// The kernel takes care of the other listeners. With a queue for each slot an overlap is allowed, and a connection
    /// goes to the listener that names its address.
    private static func requireSeparate(_ views: [View]) throws(BindError) {
        for (index, view) in views.enumerated() {
            let twin = views[..<index].first {
                $0.listener === view.listener && $0.settings.bind != view.settings.bind
            }
            if let twin { throw BindError(view.settings.bind, besides: twin.settings.bind) }
        }
        for new in views where !new.listener.isListening {
            for other in views where other.listener.address.overlaps(new.listener.address) {
                let areOne = other.settings.bind == new.settings.bind
                let areDivided = [new, other].allSatisfy { $0.settings.hasOwnQueues(at: $0.listener.address) }
                if !areOne, !areDivided { throw BindError(new.settings.bind, besides: other.settings.bind) }
            }
        }
    }

    /// Puts the generation `number` in force; what only others listened on is closed.
    ///
    /// - Returns: The errors of listeners that cannot begin to listen after all.
    mutating func commit(_ number: Int) -> [SystemError] {
        let used = views[number] ?? []
        let before = listeners
        views = [number: used]
        generation = number
        let failures = startListening()
        for listener in before where !used.contains(where: { $0.listener === listener }) { Self.end(listener) }
        for view in used { view.listener.adopt(view.settings) }
        return failures
    }

    /// Forgets the generation `number`; what only it would have listened on is closed.
    mutating func abandon(_ number: Int) {
        guard number != generation, let lost = views.removeValue(forKey: number) else { return }
        let used = views.values.joined()
        for view in lost where !used.contains(where: { $0.listener === view.listener }) { Self.end(view.listener) }
    }

    /// Whether a listener of the generation in force does not listen yet.
    var waits: Bool { listeners.contains { !$0.isListening } }

    /// Lets connections come to all listeners of the generation in force.
    ///
    /// - Returns: The errors of listeners that cannot.
    func startListening() -> [SystemError] {
        var failures: [SystemError] = []
        for listener in listeners {
            do throws(SystemError) { try listener.startListening() } catch { failures.append(error) }
        }
        return failures
    }

    /// What the worker of `slot` inherits; a companion nothing.
    ///
    /// - Throws: `SystemError` when a slot's own socket cannot be made.
    func inherited(slot: Int, generation: Int) throws(SystemError) -> [WorkerLaunch.Inherited] {
        guard slot >= 0 else { return [] }
        var inherited: [WorkerLaunch.Inherited] = []
        for view in views[generation] ?? [] {
            if let socket = try view.listener.inherited(slot: slot, view.settings) { inherited.append(socket) }
        }
        return inherited
    }

    /// Where `generation` listens, in the order of its configuration.
    func addresses(of generation: Int) -> [ListenerAddress] {
        let views = views[generation] ?? []
        // The rest of an earlier listener is part of the one that covers it.
        let named = views.filter { view in
            !views.contains {
                $0.settings.bind == view.settings.bind && $0.listener.address.covers(view.listener.address)
            }
        }
        return named.map { ListenerAddress(protocolName: $0.settings.protocolName, $0.listener.address) }
    }

    /// The listeners of the generation in force, in the order of its configuration.
    var listeners: [BoundListener] { (views[generation] ?? []).map(\.listener) }

    /// The numbers of all sockets, of whatever slot and generation.
    var descriptors: [Int32] { Array(Set(views.values.joined().flatMap(\.listener.descriptors))) }

    /// The sockets for an arbiter that is to replace this one.
    var handOver: [InheritedSockets.Entry] {
        listeners.flatMap { listener in
            listener.descriptors.enumerated().map { slot, descriptor in
                InheritedSockets.Entry(
                    descriptor: descriptor, slot: slot, name: listener.settings.bind.description,
                    address: listener.address, isLent: listener.isLent)
            }
        }
    }

    /// Sends new connections to the first `open` slots only, and closes the sockets of slots that are not needed.
    ///
    /// - Parameters:
    ///   - open: How many slots, from 0, have a worker that accepts; nil while none has, and all stays as it is.
    ///   - needed: How many slots, from 0, have a worker or are to have one.
    func fit(open: Int?, needed: Int) {
        for view in views[generation] ?? [] { view.listener.fit(open: open, needed: needed) }
    }

    /// Makes this process the one that listens, where another has done so before.
    func claim() {
        for listener in listeners { listener.claim() }
    }

    /// Closes the arbiter's copies; unless another process goes on with them, their names go too.
    func close(keepingNames: Bool = false) {
        for view in views.values.joined() {
            view.listener.close()
            if !keepingNames { view.listener.removeName() }
        }
    }

    private static func end(_ listener: BoundListener) {
        listener.close()
        listener.removeName()
    }
}
