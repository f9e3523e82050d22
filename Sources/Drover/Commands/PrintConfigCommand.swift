import ArgumentParser
import DroverConfig
import DroverCore

/// Prints the configuration in force.
struct PrintConfigCommand: Subcommand, CustomReflectable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "print-config",
            abstract: "Print the configuration in force and where each value comes from.",
            usage: usage("print-config [--json] [flags]"),
            discussion: "What it prints is itself a drover.yaml that means the same. Takes the flags of 'serve'.")
    }

    @Flag(help: "Print JSON.") private var json = false
    private var flags = SettingFlags()

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: OptionKey.self)
        _json = try values.decode(Flag<Bool>.self, forKey: Self.jsonKey)
        flags = try SettingFlags(from: decoder)
    }

    var customMirror: Mirror {
        Mirror(self, children: [(label: Self.jsonKey.stringValue, value: _json)] + SettingFlags.options())
    }

    private static let jsonKey = OptionKey(stringValue: "json")

    func invocation(in context: CommandContext) throws(SettingsIssues) -> Invocation {
        let loaded = try context.loader.load(flags: flags.layer)
        let printer = ConfigPrinter(loaded)
        let warnings = loaded.warnings.map { "warning: \($0)" }.joined(separator: "\n")
        return .exit(.success(json ? printer.json() : printer.yaml(), errors: warnings))
    }
}
