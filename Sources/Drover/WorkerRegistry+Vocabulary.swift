internal import DroverConfig
internal import DroverCore
internal import DroverWorkers

extension WorkerRegistry {
    /// The names that the configuration can choose from.
    var vocabulary: SettingsVocabulary {
        SettingsVocabulary(
            protocols: protocols.map { SettingChoice($0.name, $0.summary) },
            applications: applications.map { SettingChoice($0.name, $0.summary) },
            workerClasses: workerClasses.map { SettingChoice($0.name, $0.summary) },
            transports: transports.map { SettingChoice($0.name, $0.summary) },
            transportLabels: Dictionary(
                transports.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first }),
            negotiating: Set(transports.filter(\.negotiates).map(\.name)),
            sections: sections,
            applicationsByProtocol: Dictionary(
                protocols.map { ($0.name, callable(by: $0)) }, uniquingKeysWith: { first, _ in first }),
            idleTimes: Dictionary(
                plugins.flatMap { plugin in
                    plugin.protocols.compactMap { definition in
                        guard let idle = definition.idle, let section = plugin.sections.first else { return nil }
                        return (definition.name, IdleTime(section: section, read: idle))
                    }
                }, uniquingKeysWith: { first, _ in first }))
    }

    private func callable(by definition: ProtocolDefinition) -> CallableApplications {
        guard let kind = definition.kind else { return .none }
        let fitting = applications.filter { $0.kind == kind }
        return CallableApplications(fitting.map(\.name), standard: definition.defaultApplication)
    }
}
