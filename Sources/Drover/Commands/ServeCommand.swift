import ArgumentParser
import DroverConfig
import DroverCore

/// Serves, unless it is asked only to look at the configuration.
struct ServeCommand: Subcommand, CustomReflectable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve", abstract: "Serve until a signal says stop.", usage: usage("serve [flags]"))
    }

    private var flags = SettingFlags()

    init() {}

    init(from decoder: any Decoder) throws {
        flags = try SettingFlags(.settingsAndActions, from: decoder)
    }

    var customMirror: Mirror { Mirror(self, children: SettingFlags.options(.settingsAndActions)) }

    func invocation(in context: CommandContext) throws(SettingsIssues) -> Invocation {
        let loaded = try context.loader.load(flags: flags.layer)
        if flags.isGiven("print_config") { return .exit(.success(ConfigPrinter(loaded).yaml())) }
        if flags.isGiven("check_config") { return .exit(try CheckConfigCommand.report(loaded, context)) }
        return .serve(loaded)
    }
}
