/// A transport that a listener can use.
public struct TransportDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
    /// Makes it from the plugin's part of the configuration file.
    public let make: @Sendable (SettingsNode) throws -> any Transport

    /// A transport called `name`.
    public init(
        _ name: String, summary: String = "", make: @escaping @Sendable (SettingsNode) throws -> any Transport
    ) {
        self.name = name
        self.summary = summary
        self.make = make
    }
}
