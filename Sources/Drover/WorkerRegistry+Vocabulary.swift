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
            negotiating: Set(transports.filter(\.negotiates).map(\.name)),
            sections: sections,
            applicationsByProtocol: Dictionary(
                protocols.compactMap { definition in
                    let standard = definition.needsApplication ? definition.defaultApplication : ""
                    return standard.map { (definition.name, $0) }
                }, uniquingKeysWith: { first, _ in first }))
    }
}
