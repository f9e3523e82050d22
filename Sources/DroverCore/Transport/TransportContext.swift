/// What a transport is made from.
public struct TransportContext: Sendable {
    /// The plugin's part of the configuration file, as it counts for the listener.
    public let section: SettingsNode
    /// What the listener's protocol is called where peers negotiate it, the best first.
    public let protocolNames: [String]
    /// Whether older workers serve on if the transport cannot be made: at a reload and at an upgrade, but not at a start.
    ///
    /// A transport may be stricter then. At a start a doubtful certificate, for instance, is better than no server.
    public let hasPredecessor: Bool
    /// Memory that outlives a generation, and the arbiter too when it is upgraded.
    public let areas: SharedAreas

    /// A context; tests make their own.
    public init(
        section: SettingsNode = .empty, protocolNames: [String] = [], hasPredecessor: Bool = false,
        areas: SharedAreas = SharedAreas()
    ) {
        self.section = section
        self.protocolNames = protocolNames
        self.hasPredecessor = hasPredecessor
        self.areas = areas
    }
}
