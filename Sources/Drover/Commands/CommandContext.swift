import DroverConfig
import DroverCore

/// What the commands know about the program they belong to.
struct CommandContext: Sendable {
    /// The executable's own name.
    let program: String
    /// What `--version` says after the name.
    let version: String
    /// Reads the configuration.
    let loader: SettingsLoader
    /// Finds the mistakes in a configuration that only a look at the machine shows, and returns what is worth a warning.
    let examine: @Sendable (LoadedSettings) throws(SettingsIssues) -> [SettingsIssue]

    /// Set while the argument parser runs, which makes commands from types alone.
    @TaskLocal static var current: CommandContext?
}
