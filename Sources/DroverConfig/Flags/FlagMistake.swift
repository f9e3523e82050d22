import DroverCore

/// What the argument parser says about a wrong command line, as one line.
package enum FlagMistake {
    /// The parser's message on one line, with a suggestion from the table where the parser has none.
    ///
    /// The parser compares flags with flags; the table also knows that `--pidfile` is a key of the file.
    package static func line(_ message: String, _ table: SettingsTable) -> String {
        let lines = message.split(separator: "\n")
        let message = lines.map { $0.drop { $0 == " " } }.joined(separator: ", ")
        let unknown = "Unknown option '"
        guard message.hasPrefix(unknown) else { return lowercasingFirst(message) }
        let name = message.dropFirst(unknown.count).prefix { $0 != "'" }
        if table.rows(in: .commandLine).contains(where: { $0.spec.flags.contains(String(name)) }) {
            return "'\(name)' is a flag of 'serve' on the command line only"
        }
        if table.rows.contains(where: { $0.spec.flags.contains(String(name)) }) {
            return "'\(name)' is a flag of 'serve'"
        }
        let parsersGuess = message.split(separator: "Did you mean '").dropFirst().first.map { $0.prefix { $0 != "'" } }
        guard let meant = suggestion(for: String(name), table) ?? parsersGuess.map(String.init) else {
            return "unknown flag '\(name)'"
        }
        return "unknown flag '\(name)'; did you mean '\(meant)'?"
    }

    private static func suggestion(for name: String, _ table: SettingsTable) -> String? {
        let spellings = table.rows.filter { !$0.spec.flags.isEmpty && $0.group != .commandLine }.flatMap { row in
            (row.spec.flags + [row.spec.name]).map { (spelling: $0, flag: row.spec.flags[0]) }
        }
        guard name.hasPrefix("--"), let best = Suggestion.nearest(to: name, among: spellings.map(\.spelling)) else {
            return nil
        }
        let pair = spellings.first { $0.spelling == best }
        return best.hasPrefix("--") ? best : pair?.flag
    }

    private static func lowercasingFirst(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}
