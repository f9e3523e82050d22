internal import DroverCore
internal import DroverSystem
internal import Logging

// The driver's part of a reload: configurations and sockets, for the generation in force and for the one to come.

extension ArbiterLoop {
    mutating func prepareReload(_ generation: Int) -> ArbiterEvent {
        do {
            let configuration = try source.read()
            if !source.hasChanges, let addresses = renewTransports(from: configuration) {
                reloadEnds()
                return .renewed(addresses: addresses)
            }
            try listeners.prepare(generation, configuration.settings.listeners)
            configurations[generation] = configuration
            runHook("onReload") { try $0.onReload($1) }
            let plan = HerdPlan(configuration.settings, companions: spawner.companions.map(\.presence))
            return .reloadPrepared(generation: generation, plan)
        } catch {
            reloadEnds()
            return .reloadRefused(reason: "\(error)".split(separator: "\n").joined(separator: "; "))
        }
    }

    mutating func commit(_ generation: Int) {
        let before = listeners.listeners.map { "\($0.address)" }
        report(listeners.commit(generation))
        // By the new accept modes, before the old workers empty their queues for the last time.
        fitListeners()
        source.adopt()
        // Workers of earlier generations run by what they were started with.
        configurations = configurations.filter { $0.key == generation }
        hangs.timeout = state.policy.timeout
        admitGeneration()
        reloadEnds()
        for listener in listeners.listeners where !before.contains("\(listener.address)") { announce(listener) }
    }

    mutating func abandon(_ generation: Int) {
        listeners.abandon(generation)
        configurations[generation] = nil
        reloadEnds()
    }

    /// Lets connections come to what was bound beside sockets of the elder's, once the whole herd is there to take them.
    mutating func openListeners() {
        guard listeners.waits, state.completeSince != nil else { return }
        report(listeners.startListening())
        admitGeneration()
    }

    /// Lets the workers of the generation in force accept, and wakes those that have waited for it.
    func admitGeneration() {
        scoreboard.admit(generation: state.generation)
        for worker in state.workers where worker.generation == state.generation { send(.urgent, to: worker.pid) }
    }

    private func report(_ failures: [SystemError]) {
        for failure in failures { logger.event(.error, "listen_failed", ["error": failure]) }
    }

    func renounce(_ socket: InheritedSockets.Entry) {
        // After an upgrade to a configuration without that address it is meant so.
        logger.event(
            socket.isLent ? .warning : .info, "socket_unclaimed", ["name": socket.name, "address": socket.address])
    }

    func announce(_ listener: BoundListener) {
        let others = listener.settings.alternatives.entries.map(\.text)
        logger.event(
            .info, "listening",
            [
                "address": listener.address,
                "protocol": ([listener.settings.protocolName] + others).joined(separator: ","),
                "transport": listener.settings.transport, "app": listener.settings.application,
            ])
        if let sharer = listener.sharer {
            logger.event(.warning, "port_shared", ["address": listener.address, "with": sharer])
        }
    }
}
