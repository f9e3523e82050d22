import ArgumentParser
import DroverConfig
import DroverCore

/// Reads the configuration and says whether it is right.
struct CheckConfigCommand: Subcommand, CustomReflectable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "check-config", abstract: "Read the configuration and report every mistake in it.",
            usage: usage("check-config [flags]"),
            discussion: "Leaves with 0 if it is right and with 1 if not. Takes the flags of 'serve'.")
    }

    private var flags = SettingFlags()

    init() {}

    init(from decoder: any Decoder) throws {
        flags = try SettingFlags(from: decoder)
    }

    var customMirror: Mirror { Mirror(self, children: SettingFlags.options()) }

    func invocation(in context: CommandContext) throws(SettingsIssues) -> Invocation {
        .exit(try Self.report(try context.loader.load(flags: flags.layer), context))
    }

    /// What is printed for a configuration that is right.
    ///
    /// - Throws: `SettingsIssues` for one that is not, on this machine.
    static func report(_ loaded: LoadedSettings, _ context: CommandContext) throws(SettingsIssues) -> ExitReport {
        let found = try context.examine(loaded)
        let file = loaded.file ?? "no configuration file"
        let warnings = (loaded.warnings + found).map { "warning: \($0)" }.joined(separator: "\n")
        return .success("configuration ok (\(file)): \(ConfigPrinter(loaded).summary())", errors: warnings)
    }
}
