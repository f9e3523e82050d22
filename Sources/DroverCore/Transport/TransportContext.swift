/// What a transport is made from.
public struct TransportContext: Sendable {
    /// The plugin's part of the configuration file, as it counts for the listener.
    public let section: SettingsNode
    /// What the listener's protocol is called where peers negotiate it, the best first.
    public let protocolNames: [String]
    /// Memory that outlives a generation.
    package let areas: SharedAreas

    /// A context; tests make their own.
    public init(section: SettingsNode = .empty, protocolNames: [String] = []) {
        self.init(section: section, protocolNames: protocolNames, areas: SharedAreas())
    }

    package init(section: SettingsNode, protocolNames: [String], areas: SharedAreas) {
        self.section = section
        self.protocolNames = protocolNames
        self.areas = areas
    }
}
