/// What doge's YAML file says, for a server or for a client.
public struct DogeFile: Sendable, Equatable {
    /// Where it is written which servers a service has.
    public var registry: RegistryConfiguration
    /// What a server says about itself; nil in a client's file.
    public var service: ServiceConfiguration?
    /// How a client calls; doge's defaults in a server's file.
    public var refer: ReferConfiguration

    /// A file's values.
    public init(
        registry: RegistryConfiguration, service: ServiceConfiguration? = nil,
        refer: ReferConfiguration = ReferConfiguration()
    ) {
        self.registry = registry
        self.service = service
        self.refer = refer
    }

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - file: Its name, for messages.
    /// - Throws: Every mistake at once.
    public init(yaml text: String, file: String) throws(ConfigurationIssues) {
        var reader = try ConfigurationReader(text, file: file)
        let registry = reader.registry()
        let service = reader.service()
        let refer = reader.refer()
        reader.refuseOthers()
        guard let registry, reader.issues.isEmpty else { throw ConfigurationIssues(reader.sortedIssues) }
        self.init(registry: registry, service: service, refer: refer)
    }
}
