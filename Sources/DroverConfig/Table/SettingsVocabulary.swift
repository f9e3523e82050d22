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
    /// How sentences call a transport; by its name where it is not here.
    package var transportLabels: [String: String]
    /// The transports on which clients can choose a protocol by name.
    package var negotiating: Set<String>
    /// The plugins' sections of the file.
    package var sections: [any SettingsSection]
    /// The applications that each protocol can call; one that is not here can call all of them.
    package var applicationsByProtocol: [String: CallableApplications]
    /// How long connections of some protocols may be idle, for which `keepalive` does not count.
    package var idleTimes: [String: IdleTime]

    /// A vocabulary.
    package init(
        protocols: [SettingChoice],
        applications: [SettingChoice],
        workerClasses: [SettingChoice],
        transports: [SettingChoice],
        transportLabels: [String: String] = [:],
        negotiating: Set<String> = [],
        sections: [any SettingsSection] = [],
        applicationsByProtocol: [String: CallableApplications] = [:],
        idleTimes: [String: IdleTime] = [:]
    ) {
        self.protocols = protocols
        self.applications = applications
        self.workerClasses = workerClasses
        self.transports = transports
        self.transportLabels = transportLabels
        self.negotiating = negotiating
        self.sections = sections
        self.applicationsByProtocol = applicationsByProtocol
        self.idleTimes = idleTimes
    }

    /// The application that `protocolName` calls when none is named; empty when the server has none.
    func defaultApplication(for protocolName: String) -> String {
        guard let callable = applicationsByProtocol[protocolName] else { return applications.first?.name ?? "" }
        return callable.standard
    }

    /// What is wrong with `protocolName` calling `application`; nil if nothing is.
    func mistake(in application: String, for protocolName: String) -> String? {
        guard let callable = applicationsByProtocol[protocolName], callable.isNeeded,
            !callable.names.contains(application)
        else { return nil }
        if callable.names.isEmpty {
            return "the protocol '\(protocolName)' needs an application, and this server has none that it can call"
        }
        return "the protocol '\(protocolName)' cannot call '\(application)'; it can call "
            + callable.names.joined(separator: ", ")
    }
}

/// How long a protocol's connections may be idle, as its plugin's section says.
package struct IdleTime: Sendable {
    let section: any SettingsSection
    private let read: @Sendable (SettingsNode) throws -> Duration

    /// What `read` makes of a complete `section`.
    package init(section: any SettingsSection, read: @escaping @Sendable (SettingsNode) throws -> Duration) {
        self.section = section
        self.read = read
    }

    /// The time that `node` says, a section of that kind; nil where it makes no sense, which is reported elsewhere.
    func value(in node: SettingsNode?) -> Duration? {
        try? read(section.completed(node ?? .empty))
    }
}

/// The applications that a protocol can call.
package struct CallableApplications: Sendable, Equatable {
    /// Their names, in the order in which they are offered.
    let names: [String]
    /// The one that it calls when none is named; empty if there is none.
    let standard: String
    /// Whether it has to have one.
    let isNeeded: Bool

    /// Those with `names`; without a `standard`, the first is called when none is named.
    package init(_ names: [String], standard: String? = nil) {
        self.init(names, standard ?? names.first ?? "", isNeeded: true)
    }

    private init(_ names: [String], _ standard: String, isNeeded: Bool) {
        self.names = names
        self.standard = standard
        self.isNeeded = isNeeded
    }

    /// For a protocol that calls no application.
    package static let none = CallableApplications([], "", isNeeded: false)
}
