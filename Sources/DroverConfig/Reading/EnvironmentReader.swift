import DroverCore

/// What the environment says.
struct EnvironmentReader {
    /// The variables, a row each.
    private(set) var layer = SettingsLayer()
    /// What is wrong before a value's type is looked at.
    private(set) var issues: [SettingsIssue] = []
    /// Variables that are probably misspelt.
    private(set) var warnings: [SettingsIssue] = []

    /// The words that rank as environment and are written as flags.
    static let argumentsVariable = "DROVER_CMD_ARGS"

    /// Reads what the table names, and the two variables that hosting platforms set.
    init(_ environment: [String: String], table: SettingsTable) {
        // An empty variable is one that was switched off.
        let variables = environment.filter { !$0.value.isEmpty }
        if let count = variables["WEB_CONCURRENCY"] {
            layer["workers"] = .text(count, at: .environment("WEB_CONCURRENCY"))
        }
        if let port = variables["PORT"] {
            let place = SettingsPlace.environment("PORT")
            if UInt16(port) == nil {
                issues.append(SettingsIssue(at: place, "must be a port from 0 to 65535, not '\(port)'"))
            } else {
                layer["bind"] = .text("0.0.0.0:\(port)", at: place)
            }
        }
        for row in table.rows {
            guard let name = row.environment, let text = variables[name] else { continue }
            layer[row.path] = Self.node(text, for: row, at: .environment(name))
        }
        warnings = Self.misspelt(in: variables.keys, table: table)
    }

    private static func node(_ text: String, for row: SettingRow, at place: SettingsPlace) -> SettingsNode {
        guard row.spec.type.isRepeatable else { return .text(text, at: place) }
        let parts = text.split(separator: ",").map { part in
            let isBlank: (Character) -> Bool = { $0 == " " }
            return String(part.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        }
        return SettingsNode(.list(parts.map { .text($0, at: place) }), at: place)
    }

    /// Variables that look like a setting's but are none; others that begin alike belong to other programs.
    private static func misspelt(in names: some Sequence<String>, table: SettingsTable) -> [SettingsIssue] {
        let known = table.rows.compactMap(\.environment) + [argumentsVariable]
        let endings = known.map { String($0.dropFirst(prefix.count)) }
        return names.filter { $0.hasPrefix(prefix) && !known.contains($0) }.sorted().compactMap { name in
            let ending = String(name.dropFirst(prefix.count))
            guard let meant = Suggestion.nearest(to: ending, among: endings) else { return nil }
            return SettingsIssue(at: .environment(name), "no such setting; did you mean \(prefix)\(meant)?")
        }
    }

    private static let prefix = "DROVER_"
}
