/// The whole configuration, checked: what the arbiter and the workers go by.
package struct Settings: Sendable, Equatable {
    /// What to listen on; one at least in a configuration that was loaded.
    package var listeners: [ListenerSettings] = []
    /// The herd.
    package var workers = WorkerSettings()
    /// The workers' deadlines; those of connections are their listener's.
    package var timeouts = SupervisionSettings()
    /// The process.
    package var process = ProcessSettings()
    /// The logs.
    package var logging = LoggingSettings()
    /// The plugins' sections by name, with every default filled in.
    package var sections: [String: SettingsNode] = [:]

    /// The defaults, with nothing to listen on.
    package init() {}

    /// The section of a plugin as it counts for `listener`: its own where it has one, or else the shared one.
    package func section(_ name: String, for listener: ListenerSettings) -> SettingsNode {
        listener.sections[name] ?? sections[name] ?? .empty
    }
}
