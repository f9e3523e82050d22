import ArgumentParser
package import DroverConfig
import DroverCore

/// The command line of `drover` and of every server that a user builds.
package enum CommandLineInterface {
    /// Finds out what a command line asks for; it touches nothing but `sources`.
    ///
    /// - Parameters:
    ///   - arguments: The words after the program's name.
    ///   - sources: The environment and the files.
    ///   - vocabulary: What this server's plugins offer.
    ///   - programName: The executable's own name, for messages.
    ///   - version: What `--version` prints after it.
    ///   - examining: Finds the mistakes in a configuration that only a look at the machine shows, and what is
    ///     worth a warning, for `check-config`.
    /// - Returns: What to serve, or what to print.
    package static func parse(
        _ arguments: [String],
        sources: SettingsSources,
        vocabulary: SettingsVocabulary,
        programName: String,
        version: String,
        examining: @escaping @Sendable (LoadedSettings) throws(SettingsIssues) -> [SettingsIssue] = { _ in [] }
    ) -> Invocation {
        let table = SettingsTable(vocabulary)
        let context = CommandContext(
            program: programName, version: version, loader: SettingsLoader(table: table, sources: sources),
            examine: examining)
        return CommandContext.$current.withValue(context) {
            FlagTable.$current.withValue(table) {
                if let word = CommandMistake.strayWord(in: arguments) {
                    return .exit(CommandMistake.report(forWord: word, context))
                }
                return invocation(arguments, context)
            }
        }
    }

    private static func invocation(_ arguments: [String], _ context: CommandContext) -> Invocation {
        let words = FlagWords.partingJoined(arguments, context.loader.table)
        do {
            var command = try RootCommand.parseAsRoot(words)
            if let subcommand = command as? any Subcommand { return try subcommand.invocation(in: context) }
            // The parser's own command, `help`, answers by throwing.
            try command.run()
            return .exit(.success(RootCommand.helpMessage()))
        } catch let issues as SettingsIssues {
            return .exit(.failure(lines(for: issues.issues, context)))
        } catch {
            if RootCommand.exitCode(for: error).isSuccess {
                return .exit(.success(RootCommand.fullMessage(for: error)))
            }
            return .exit(CommandMistake.report(for: error, arguments, context))
        }
    }

    /// The issues as they are, a line each: editors and people find the place at the line's start.
    private static func lines(for issues: [SettingsIssue], _ context: CommandContext) -> String {
        let count = issues.count
        let summary = "\(context.program): \(count) mistake\(count == 1 ? "" : "s") in the settings, nothing started"
        return (issues.map(\.description) + [summary]).joined(separator: "\n")
    }
}

/// A command below the root.
protocol Subcommand: ParsableCommand {
    /// What it asks for.
    ///
    /// - Throws: `SettingsIssues` when the configuration is wrong.
    func invocation(in context: CommandContext) throws(SettingsIssues) -> Invocation
}

extension Subcommand {
    /// The way to call it, for the head of its help.
    static func usage(_ arguments: String) -> String {
        "\(CommandContext.current?.program ?? "drover") \(arguments)"
    }
}
