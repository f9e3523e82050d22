import DroverCore

/// What one source of settings says: the file, the environment, or the flags.
package struct SettingsLayer: Sendable {
    /// A node for each row that the source mentions, by the row's path.
    var nodes: [String: SettingsNode]

    /// A source that says nothing.
    package init() {
        self.init(nodes: [:])
    }

    init(nodes: [String: SettingsNode]) {
        self.nodes = nodes
    }

    /// What it says about a row.
    subscript(path: String) -> SettingsNode? {
        get { nodes[path] }
        set { nodes[path] = newValue }
    }
}
