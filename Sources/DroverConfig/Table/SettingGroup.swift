/// The chapters of the settings, in the order in which help and documentation show them.
package enum SettingGroup: Sendable, Hashable {
    /// Which file to read.
    case configuration
    /// Where to listen and what speaks there.
    case listeners
    /// The herd.
    case workers
    /// The deadlines.
    case timeouts
    /// The process.
    case process
    /// The logs.
    case logging
    /// A plugin's section.
    case section(String)
    /// What `serve` can do instead of serving.
    case commandLine

    /// The title above it.
    package var title: String {
        switch self {
        case .configuration: "Configuration"
        case .listeners: "Listeners"
        case .workers: "Workers"
        case .timeouts: "Timeouts"
        case .process: "Process"
        case .logging: "Logging"
        case .section(let name): "Section '\(name)'"
        case .commandLine: "Instead of serving"
        }
    }
}
