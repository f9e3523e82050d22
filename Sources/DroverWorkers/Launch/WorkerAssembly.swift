internal import DroverCore
internal import DroverSystem
internal import Logging

/// Makes a worker's applications and protocols from what the configuration names.
struct WorkerAssembly {
    let registry: WorkerRegistry
    let launch: WorkerLaunch
    let accessLog: AccessLog?
    let streams: StreamLoop

    /// The worker's listeners, ready to serve.
    ///
    /// An application that several listeners name is made once, or once for each section that it is made from.
    func listeners() throws -> [WorkerListener] {
        var applications: [Made] = []
        return try launch.listeners.map { inherited in
            let settings = inherited.settings
            let transport = try transport(settings)
            let notices = launch.scoreboard.notices
            let address = inherited.address
            // Each listener's own; its address is what they have in common in all workers.
            let pacer: @Sendable (String) -> NoticePacer = { notices.pacer("\(address) \($0)") }
            func listener(
                _ name: String, _ applicationName: String, strangers: MismatchHelp?,
                _ alternatives: [String: WorkerListener]
            ) throws -> WorkerListener {
                let definition = try find(registry.protocols, "protocol", name) { $0.name }
                let application = try definition.kind.map {
                    try make(applicationName, $0, settings, &applications)
                }
                let section = section(of: registry.plugin(offeringProtocol: definition.name), settings)
                let handler = try definition.make(
                    ProtocolContext(
                        section: section, worker: launch.identity, logger: launch.logs.logger,
                        mismatch: mismatch(definition, settings, pacer), accessLog: accessLog, pacer: pacer),
                    application)
                return WorkerListener(
                    descriptor: inherited.descriptor, address: inherited.address, settings: settings,
                    limits: ConnectionLimits(settings.timeouts, idle: try definition.idle?(section)),
                    transport: transport, protocolHandler: handler,
                    strangers: strangers, alternatives: alternatives)
            }
            var alternatives: [String: WorkerListener] = [:]
            for entry in settings.alternatives.entries {
                let alternative = try listener(entry.protocolName, entry.application, strangers: nil, [:])
                let definition = try find(registry.protocols, "protocol", entry.protocolName) { $0.name }
                // Of two that go by one name the first counts.
                alternatives.merge(definition.choosableNames.map { ($0, alternative) }) { first, _ in first }
            }
            let own = try find(registry.protocols, "protocol", settings.protocolName) { $0.name }
            for name in own.choosableNames { alternatives[name] = nil }
            return try listener(
                own.name, settings.application, strangers: strangers(own, settings, pacer), alternatives)
        }
    }

    /// What knows the clients of every other protocol and transport.
    private func mismatch(
        _ definition: ProtocolDefinition, _ settings: ListenerSettings, _ pacer: (String) -> NoticePacer
    ) -> MismatchHelp {
        let transport = registry.transports.first { $0.name == settings.transport }
        let own = [definition.signature?.name, transport?.signature?.name]
        let spoken = definition.signature?.name ?? definition.name
        return MismatchHelp(
            registry.signatures.filter { !own.contains($0.name) }, logger: launch.logs.logger, pacer: pacer
        ) { _ in spoken }
    }

    /// What knows the clients that do not speak the transport's language, those of the listener's own protocol too.
    private func strangers(
        _ spoken: ProtocolDefinition, _ settings: ListenerSettings, _ pacer: (String) -> NoticePacer
    ) -> MismatchHelp? {
        let definition = registry.transports.first { $0.name == settings.transport }
        guard let transport = definition?.signature?.name else { return nil }
        let own = spoken.signature?.name ?? spoken.name
        let others = registry.signatures.filter { $0.name != transport }
        return MismatchHelp(others, logger: launch.logs.logger, pacer: pacer) { signature in
            signature.name == own ? transport : "\(own) over \(transport)"
        }
    }

    /// The worker class that the configuration names.
    func workerClass(_ context: WorkerContext) throws -> any WorkerClass {
        let name = launch.settings.workers.className
        let definition = try find(registry.workerClasses, "worker class", name) { $0.name }
        return try definition.make(context.with(section(registry.plugin(offeringWorkerClass: name))))
    }

    /// The companion whose place `slot` is.
    func companion(slot: Int, _ context: WorkerContext) throws -> any WorkerClass {
        let index = -1 - slot
        let section = section(registry.plugin(offeringCompanion: index))
        return try CompanionWorker(
            context, registry.companions[index], section: section, listeners: launch.addresses)
    }

    private struct Made {
        let name: String
        let kind: ApplicationKindID
        let section: SettingsNode
        let value: any Sendable
    }

    private func make(
        _ name: String, _ kind: ApplicationKindID, _ settings: ListenerSettings, _ applications: inout [Made]
    ) throws -> any Sendable {
        guard let (definition, plugin) = registry.application(name, kind) else {
            throw NothingCalled(kind: "application", name: name)
        }
        let own = section(of: definition.hasSettings ? plugin : nil, settings)
        let known = applications.first { $0.name == name && $0.kind == kind && $0.section == own }
        if let known { return known.value }
        let value = try definition.make(ApplicationContext(worker: launch.identity, section: own, streams: streams))
        applications.append(Made(name: name, kind: kind, section: own, value: value))
        return value
    }

    /// The transport that the arbiter has made for the listener.
    private func transport(_ settings: ListenerSettings) throws -> any Transport {
        guard let index = launch.settings.listeners.firstIndex(of: settings), index < launch.transports.count else {
            throw NothingCalled(kind: "transport", name: settings.transport)
        }
        return launch.transports[index]
    }

    /// The section of a plugin as it stands at the top of the file.
    private func section(_ plugin: Plugin?) -> SettingsNode {
        guard let section = plugin?.sections.first else { return .empty }
        return section.completed(launch.settings.sections[section.name] ?? .empty)
    }

    private func section(of plugin: Plugin?, _ settings: ListenerSettings) -> SettingsNode {
        guard let section = plugin?.sections.first else { return .empty }
        return section.completed(launch.settings.section(section.name, for: settings))
    }

    private func find<T>(_ things: [T], _ kind: String, _ name: String, by nameOf: (T) -> String) throws -> T {
        guard let thing = things.first(where: { nameOf($0) == name }) else {
            throw NothingCalled(kind: kind, name: name)
        }
        return thing
    }
}
