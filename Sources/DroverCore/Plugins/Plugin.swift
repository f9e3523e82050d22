/// Something that a server can be made of: protocols, transports, worker classes, applications, and their settings.
///
/// Plugins offer; the configuration chooses. A module adds its own as static members:
///
///     extension Plugin {
///         public static var echo: Plugin { .init("echo", protocols: [ProtocolDefinition("echo", …)]) }
///     }
public struct Plugin: Sendable {
    /// The plugin's name, for messages.
    public let name: String
    /// What can stand for `protocol`.
    public var protocols: [ProtocolDefinition]
    /// What can stand for `transport`.
    public var transports: [TransportDefinition]
    /// What can stand for `worker_class`.
    public var workerClasses: [WorkerClassDefinition]
    /// What can stand for `app`.
    public var applications: [ApplicationDefinition]
    /// Processes beside the workers.
    public var companions: [CompanionDefinition]
    /// The plugin's own parts of the configuration file.
    public var sections: [any SettingsSection]
    /// Clients that the server's listeners recognise beside those of its own protocols and transports.
    public var signatures: [ClientSignature]

    /// A plugin with what it offers.
    public init(
        _ name: String, protocols: [ProtocolDefinition] = [], transports: [TransportDefinition] = [],
        workerClasses: [WorkerClassDefinition] = [], applications: [ApplicationDefinition] = [],
        companions: [CompanionDefinition] = [], sections: [any SettingsSection] = [],
        signatures: [ClientSignature] = []
    ) {
        self.name = name
        self.protocols = protocols
        self.transports = transports
        self.workerClasses = workerClasses
        self.applications = applications
        self.companions = companions
        self.sections = sections
        self.signatures = signatures
    }
}
