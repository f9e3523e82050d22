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
        listeners.commit(generation)
        // By the new accept modes, before the old workers empty their queues for the last time.
        fitListeners()
        source.adopt()
        // Workers of earlier generations run by what they were started with.
        configurations = configurations.filter { $0.key == generation }
        hangs.timeout = state.policy.timeout
        scoreboard.admit(generation: generation)
        for worker in state.workers where worker.generation == generation { send(.urgent, to: worker.pid) }
        reloadEnds()
        for listener in listeners.listeners where !before.contains("\(listener.address)") { announce(listener) }
    }

    mutating func abandon(_ generation: Int) {
        listeners.abandon(generation)
        configurations[generation] = nil
        reloadEnds()
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
    }
}
