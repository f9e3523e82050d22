import DroverCore

/// docs/SETTINGS.md, made from the table.
package struct SettingsMarkdown {
    private let table: SettingsTable

    /// The page for a server's settings.
    package init(_ table: SettingsTable) {
        self.table = table
    }

    /// The whole page.
    package func page() -> String {
        let chapters = table.groups.map(chapter).joined(separator: "\n")
        return Self.introduction + "\n" + chapters + "\n" + gunicornChapter()
    }

    private func chapter(_ group: SettingGroup) -> String {
        var text = "## \(group.title)\n\n"
        if case .listeners = group { text += Self.listeners + "\n" }
        if case .section(let name) = group { text += "Keys under `\(name):` in the file.\n\n" }
        text += "| setting | type | default | flag | environment | takes effect | gunicorn | what it does |\n"
        text += "|---|---|---|---|---|---|---|---|\n"
        for row in table.rows(in: group) { text += line(row) }
        return text
    }

    private func line(_ row: SettingRow) -> String {
        let cells = [
            code(row.spec.name), row.spec.type.name, row.shownDefault.map(code) ?? "none",
            row.allFlags.map(code).joined(separator: " "), row.environment.map(code) ?? "", row.shownEffect,
            row.spec.gunicorn.map(code) ?? "", description(row),
        ]
        return "| " + cells.map { $0.isEmpty ? " " : $0 }.joined(separator: " | ") + " |\n"
    }

    private func description(_ row: SettingRow) -> String {
        let summary = escaped(row.spec.summary)
        guard !row.choices.isEmpty else { return summary }
        return summary + " One of: " + row.choices.map(named).joined(separator: ", ") + "."
    }

    private func named(_ choice: SettingChoice) -> String {
        code(choice.name) + (choice.summary.isEmpty ? "" : " (\(escaped(choice.summary)))")
    }

    private func gunicornChapter() -> String {
        let pairs = table.rows.filter { ($0.spec.gunicorn ?? $0.spec.name) != $0.spec.name }
        let different = pairs.map { "`\($0.spec.gunicorn ?? "")` is `\($0.path)`" }.joined(separator: ", ")
        return """
            ## Coming from gunicorn

            A setting that gunicorn has too carries gunicorn's name and flags; the column above shows which those are.
            \(different.isEmpty ? "" : "Of another name are only: \(different).\n")
            What differs: the file is YAML and holds data, not code; an unknown key is an error, not silence; times take
            fractions and units; a value that the environment gives comes after the file's, not before it.

            """
    }

    private func code(_ text: String) -> String {
        "`\(text.replacingPipes)`"
    }

    private func escaped(_ text: String) -> String {
        text.replacingPipes
    }
}

extension SettingType {
    /// The type in a word or two.
    fileprivate var name: String {
        switch self {
        case .integer(let range) where range.upperBound == Int.max: "number from \(range.lowerBound)"
        case .integer(let range): "number, \(range.lowerBound) to \(range.upperBound)"
        case .duration: "time"
        case .boolean: "true or false"
        case .string: "text"
        case .path: "path"
        case .list: "list of texts"
        case .addresses: "list of addresses"
        case .addressRanges: "list of addresses and networks"
        case .pairs: "list of NAME=VALUE"
        case .choice(_, let noun): noun
        case .workerCount(let maximum): "`auto` or number, 1 to \(maximum)"
        case .byteCount: "size"
        case .fileMode: "octal, 0 to 777"
        case .accessFormat: "format"
        case .tree: "any"
        }
    }
}

extension String {
    /// A table's cell ends at a bar.
    fileprivate var replacingPipes: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
