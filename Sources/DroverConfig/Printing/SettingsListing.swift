import DroverCore

/// The table of settings as text for a terminal or as JSON.
package struct SettingsListing {
    private let table: SettingsTable

    /// A listing of a server's settings.
    package init(_ table: SettingsTable) {
        self.table = table
    }

    /// A block a setting, by chapters.
    package func text() -> String {
        table.groups.map { group in
            let rows = table.rows(in: group).map(block).joined()
            return "\(group.title.uppercased())\n\(rows)"
        }.joined(separator: "\n")
    }

    /// One object a setting.
    package func json() -> String {
        let rows = table.rows.map { row in
            JSONText.object([
                ("name", JSONText.string(row.path)),
                ("group", JSONText.string(row.group.title)),
                ("type", JSONText.string(row.spec.type.expectation)),
                ("default", row.spec.defaultText.map(JSONText.string) ?? "null"),
                ("flags", JSONText.array(row.allFlags.map(JSONText.string))),
                ("environment", row.environment.map(JSONText.string) ?? "null"),
                ("effect", JSONText.string(row.spec.effect.rawValue)),
                ("gunicorn", row.spec.gunicorn.map(JSONText.string) ?? "null"),
                ("choices", JSONText.array(row.choices.map { JSONText.string($0.name) })),
                ("summary", JSONText.string(row.spec.summary)),
            ])
        }
        return "[\n  " + rows.joined(separator: ",\n  ") + "\n]\n"
    }

    private func block(_ row: SettingRow) -> String {
        let flags = row.allFlags.isEmpty ? "" : "  " + row.allFlags.joined(separator: " ")
        let environment = row.environment.map { "  " + $0 } ?? ""
        let effect = row.shownEffect.isEmpty ? "" : "  takes effect: \(row.shownEffect)"
        let value = "default: \(row.shownDefault ?? "none")\(effect)"
        let choices = row.choices.filter { !$0.summary.isEmpty }.map { "      \($0.name): \($0.summary)\n" }.joined()
        return "  \(row.path)\(flags)\(environment)\n\(Self.wrapped(row.spec.summary))\(choices)      \(value)\n"
    }

    /// A sentence in lines of 80 columns, set in under the setting's name.
    private static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= 80 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append("      " + word)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension SettingRow {
    /// The short flag and the long ones.
    var allFlags: [String] {
        (spec.shortFlag.map { ["-\($0)"] } ?? []) + spec.flags
    }

    /// The names it can choose from.
    var choices: [SettingChoice] {
        if case .choice(let choices, _) = spec.type { choices } else { [] }
    }

    /// When a change counts; nothing for what is not a setting of a running server.
    var shownEffect: String {
        group == .commandLine ? "" : spec.effect.rawValue
    }

    /// The default, where there is something to show; sizes and whole hours in units that are easy to read.
    var shownDefault: String? {
        guard let text = spec.defaultText, !text.isEmpty else { return nil }
        switch (spec.type, spec.defaultValue) {
        case (.byteCount, .integer(let count)): return ByteCountText.text(for: count)
        case (_, .duration(let time)) where time > .zero && time.inMilliseconds % 3_600_000 == 0:
            return "\(time.inMilliseconds / 3_600_000)h"
        default: return text
        }
    }
}
