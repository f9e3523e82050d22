import ArgumentParser
import DroverConfig
import DroverCore

/// What a wrong command line gets: one line that says what is wrong, and one that says where to look.
enum CommandMistake {
    /// A word where a command should be, but that is none; only 'ctl' takes words.
    static func strayWord(in arguments: [String]) -> String? {
        guard let first = arguments.first, let letter = first.first, letter != "-" else { return nil }
        return commands.contains(first) || first == "help" ? nil : first
    }

    /// The report for a word that is no command.
    static func report(forWord word: String, _ context: CommandContext) -> ExitReport {
        if context.loader.table.vocabulary.applications.contains(where: { $0.name == word }) {
            return report("unknown command '\(word)'; to serve that application write --app \(word)", context)
        }
        let question = Suggestion.question(for: word, among: commands)
        let offer = question.isEmpty ? " (there are: \(commands.joined(separator: ", ")))" : ""
        return report("unknown command '\(word)'\(question)\(offer)", context)
    }

    /// The report for what the argument parser found wrong.
    static func report(for error: any Error, _ arguments: [String], _ context: CommandContext) -> ExitReport {
        let command = arguments.first.flatMap { commands.contains($0) ? $0 : nil }
        return report(
            FlagMistake.line(RootCommand.message(for: error), context.loader.table), context,
            command: command ?? "serve")
    }

    /// The report for `problem` in the words of `command`.
    static func report(_ problem: String, _ context: CommandContext, command: String? = nil) -> ExitReport {
        let help = ([context.program] + (command.map { [$0] } ?? []) + ["--help"]).joined(separator: " ")
        return .failure("\(context.program): \(problem)\nTry '\(help)'.")
    }

    private static var commands: [String] {
        RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    }
}
