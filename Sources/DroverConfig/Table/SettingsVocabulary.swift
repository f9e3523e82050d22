package import DroverCore

/// The names that a configuration can choose from: what this server's plugins offer.
///
/// The first protocol and the first application are the defaults.
package struct SettingsVocabulary: Sendable {
    /// The protocols.
    package var protocols: [SettingChoice]
    /// The applications.
    package var applications: [SettingChoice]
    /// The worker classes.
    package var workerClasses: [SettingChoice]
    /// The transports.
    package var transports: [SettingChoice]
    /// The transports on which clients can choose a protocol by name.
    package var negotiating: Set<String>
    /// The plugins' sections of the file.
    package var sections: [PluginSection]
    /// The application that a protocol calls when none is named, where that is not the first of all; empty for a
    /// protocol that calls none.
    package var applicationsByProtocol: [String: String]

    /// A vocabulary.
    package init(
        protocols: [SettingChoice],
        applications: [SettingChoice],
        workerClasses: [SettingChoice],
        transports: [SettingChoice],
        negotiating: Set<String> = [],
        sections: [PluginSection] = [],
        applicationsByProtocol: [String: String] = [:]
    ) {
        self.protocols = protocols
        self.applications = applications
        self.workerClasses = workerClasses
        self.transports = transports
        self.negotiating = negotiating
        self.sections = sections
        self.applicationsByProtocol = applicationsByProtocol
    }

    /// The application that `protocolName` calls when nobody names one; empty when the server has none.
    func defaultApplication(for protocolName: String) -> String {
        applicationsByProtocol[protocolName] ?? applications.first?.name ?? ""
    }
}
