package import DroverCore

/// What workers can be made of, by name: everything that the server's plugins offer.
package struct WorkerRegistry: Sendable {
    package let plugins: [Plugin]

    package init(_ plugins: [Plugin]) {
        self.plugins = plugins
    }

    /// The same, with what the workers of the applications that `listeners` name share loaded already.
    ///
    /// - Throws: `PreloadFailure`.
    package func preloaded(for listeners: [ListenerSettings]) throws -> WorkerRegistry {
        var wanted = Set(
            listeners.flatMap { listener in
                [called(by: listener.protocolName, listener.application)]
                    + listener.alternatives.entries.map { called(by: $0.protocolName, $0.application) }
            })
        var plugins = plugins
        for plugin in plugins.indices {
            // Of two with one name and kind the first counts.
            for index in plugins[plugin].applications.indices {
                let application = plugins[plugin].applications[index]
                guard wanted.remove(Called(application)) != nil, let preload = application.preload else { continue }
                do {
                    plugins[plugin].applications[index] = try preload()
                } catch {
                    throw PreloadFailure(application.name, error)
                }
            }
        }
        return WorkerRegistry(plugins)
    }

    /// An application as a protocol calls it: those of other kinds may have the same name.
    private struct Called: Hashable {
        let name: String
        let kind: ApplicationKindID?

        init(_ name: String, _ kind: ApplicationKindID?) {
            self.name = name
            self.kind = kind
        }

        init(_ application: ApplicationDefinition) {
            self.init(application.name, application.kind)
        }
    }

    private func called(by protocolName: String, _ name: String) -> Called {
        Called(name, protocols.first { $0.name == protocolName }?.kind)
    }

    package var protocols: [ProtocolDefinition] { plugins.flatMap(\.protocols) }
    package var transports: [TransportDefinition] {
        [TransportDefinition(ListenerSettings.plainTransport, summary: "bytes as they are") { _ in PlainTransport() }]
            + plugins.flatMap(\.transports)
    }
    package var applications: [ApplicationDefinition] { plugins.flatMap(\.applications) }
    package var workerClasses: [WorkerClassDefinition] {
        Self.stockWorkerClasses + plugins.flatMap(\.workerClasses)
    }
    package var companions: [CompanionDefinition] { plugins.flatMap(\.companions) }
    package var sections: [any SettingsSection] { plugins.flatMap(\.sections) }

    /// How the clients of everything that some plugin knows are recognised; of two with one name the first counts.
    var signatures: [ClientSignature] {
        let all = protocols.compactMap(\.signature) + transports.compactMap(\.signature) + plugins.flatMap(\.signatures)
        var known: Set<String> = []
        return all.filter { known.insert($0.name).inserted }
    }

    private static let stockWorkerClasses = [
        WorkerClassDefinition("async", summary: "an epoll loop on one thread, whose handlers must not block") {
            try AsyncWorker($0)
        },
        WorkerClassDefinition("threads", summary: "an epoll loop, and threads whose handlers may block") {
            try ThreadsWorker($0)
        },
        WorkerClassDefinition("sync", summary: "one connection at a time, whose handler may block") {
            try SyncWorker($0)
        },
    ]

    /// The name of the plugin that offers the protocol `name`, which is also the name of its section.
    func plugin(offeringProtocol name: String) -> Plugin? {
        plugins.first { $0.protocols.contains { $0.name == name } }
    }

    /// The plugin that offers the worker class `name`; nil for the stock classes.
    func plugin(offeringWorkerClass name: String) -> Plugin? {
        plugins.first { $0.workerClasses.contains { $0.name == name } }
    }

    func plugin(offeringCompanion index: Int) -> Plugin? {
        plugins.flatMap { plugin in plugin.companions.map { _ in plugin } }[index]
    }

    /// The application called `name` of that kind, and the plugin that offers it; of two the first counts.
    package func application(
        _ name: String, _ kind: ApplicationKindID
    ) -> (definition: ApplicationDefinition, plugin: Plugin)? {
        for plugin in plugins {
            let definition = plugin.applications.first { $0.name == name && $0.kind == kind }
            if let definition { return (definition, plugin) }
        }
        return nil
    }

    func plugin(offeringTransport name: String) -> Plugin? {
        plugins.first { $0.transports.contains { $0.name == name } }
    }
}

/// A name in the configuration that no plugin offers.
struct NothingCalled: Error, CustomStringConvertible {
    let kind: String
    let name: String

    var description: String { "there is no \(kind) called '\(name)'" }
}
