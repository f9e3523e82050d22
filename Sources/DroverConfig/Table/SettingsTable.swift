import DroverCore

/// All settings of this server: the one source for reading, checking, `--help`, `print-config` and the documentation.
package struct SettingsTable: Sendable {
    /// The rows, chapter by chapter.
    package let rows: [SettingRow]
    /// What the names in it can be.
    package let vocabulary: SettingsVocabulary

    /// The core's settings and those that the plugins declare.
    package init(_ vocabulary: SettingsVocabulary) {
        self.vocabulary = vocabulary
        let sections = vocabulary.sections.flatMap { section in
            section.settings.map {
                SettingRow(spec: $0, group: .section(section.name), field: .section(section.name))
            }
        }
        let rows =
            Self.configurationRows + Self.listenerRows(vocabulary) + Self.workerRows(vocabulary) + Self.timeoutRows
            + Self.processRows + Self.loggingRows + sections + Self.commandLineRows
        // What a plugin declares wrongly is a mistake of its author, which no configuration can mend.
        if let mistake = Self.mistake(in: rows, sections: vocabulary.sections.map(\.name)) { fatalError(mistake) }
        self.rows = rows
    }

    /// The first name or flag that two settings claim, or the first default that its own type refuses.
    static func mistake(in rows: [SettingRow], sections: [String]) -> String? {
        var owners = ["listeners": "the list of listeners"]
        for section in sections {
            if let other = owners.updateValue("the section '\(section)'", forKey: section) {
                return "'\(section)' is the name of a plugin's section and of \(other)"
            }
        }
        for row in rows {
            if case .section = row.field, let standard = row.spec.defaultNode {
                let node = SettingsNode(standard.content, at: .builtIn, key: row.path)
                do { _ = try row.spec.value(of: node) } catch { return "the default is wrong: \(error)" }
            }
            let names = [row.path] + row.spec.flags + (row.spec.shortFlag.map { ["-\($0)"] } ?? [])
            for name in names {
                guard let other = owners.updateValue("the setting '\(row.path)'", forKey: name) else { continue }
                return "'\(name)' belongs to the setting '\(row.path)' and to \(other)"
            }
        }
        return nil
    }

    /// The chapters that have rows, in order.
    package var groups: [SettingGroup] {
        var groups: [SettingGroup] = []
        for row in rows where groups.last != row.group { groups.append(row.group) }
        return groups
    }

    /// The rows of a chapter.
    package func rows(in group: SettingGroup) -> [SettingRow] {
        rows.filter { $0.group == group }
    }

    /// The row with this path.
    package func row(_ path: String) -> SettingRow? {
        rows.first { $0.path == path }
    }

    /// The rows of a plugin's section.
    func rows(ofSection name: String) -> [SettingRow] {
        rows(in: .section(name))
    }
}
