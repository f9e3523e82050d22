import DroverCore

/// What one source of settings says: the file, the environment, or the flags.
package struct SettingsLayer: Sendable {
    /// A node for each row that the source mentions, by the row's path.
    var nodes: [String: SettingsNode]

    /// A source that says nothing.
    package init() {
        self.init(nodes: [:])
    }

    /// Texts that flags of a command set, by the row's path; a flag that was not given is nil.
    package init(flags: [String: String?]) {
        self.init()
        for case (let path, let text?) in flags {
            nodes[path] = .text(text, at: .flag("--" + String(path.map { $0 == "_" ? "-" : $0 })))
        }
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
