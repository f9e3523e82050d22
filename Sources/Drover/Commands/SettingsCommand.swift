import ArgumentParser
import DroverConfig
import DroverCore

/// Lists the settings there are.
struct SettingsCommand: Subcommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "settings",
            abstract: "List every setting with its flag, environment variable, default and meaning.",
            usage: usage("settings [--json | --markdown]"))
    }

    @Flag(help: "Print JSON.") private var json = false
    @Flag(help: "Print the page docs/SETTINGS.md.") private var markdown = false

    func validate() throws {
        if json && markdown { throw ValidationError("give --json or --markdown, not both") }
    }

    func invocation(in context: CommandContext) throws(SettingsIssues) -> Invocation {
        let table = context.loader.table
        if markdown { return .exit(.success(SettingsMarkdown(table).page())) }
        let listing = SettingsListing(table)
        return .exit(.success(json ? listing.json() : listing.text()))
    }
}
