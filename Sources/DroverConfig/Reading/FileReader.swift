import DroverCore

/// What the configuration file says, sorted by the table; unknown keys have become issues.
struct FileContent {
    /// The settings at the top and those of the sections.
    var layer = SettingsLayer()
    /// The entries of `listeners`, each a mapping; nil when the file has none.
    var listeners: [SettingsNode]?
    /// The key `listeners`, if it is there.
    var listenersPlace: SettingsPlace?
    /// The sections that the file has.
    var sections: [String: SettingsNode] = [:]
    /// What is wrong with it.
    var issues: [SettingsIssue] = []

    /// Sorts the content of a file.
    init(_ text: String, file: String, table: SettingsTable) {
        do {
            let document = try YAMLDocument(text, file: file)
            issues = document.issues
            guard let root = document.root, !root.isNull else { return }
            guard case .mapping(let entries) = root.content else {
                issues.append(SettingsIssue(at: root.place, "the file must hold lines such as 'workers: 4'"))
                return
            }
            for entry in entries { read(entry, table) }
        } catch {
            issues.append(error)
        }
    }

    private mutating func read(_ entry: SettingsNode.Entry, _ table: SettingsTable) {
        if entry.key == "listeners" {
            readListeners(entry, table)
        } else if table.vocabulary.sections.contains(where: { $0.name == entry.key }) {
            readSection(entry, table)
        } else if table.row(entry.key)?.isTopLevel == true {
            layer[entry.key] = entry.value
        } else {
            issues.append(table.unknown(entry, in: .top))
        }
    }

    private mutating func readSection(_ entry: SettingsNode.Entry, _ table: SettingsTable) {
        guard let entries = sectionEntries(entry, table) else { return }
        sections[entry.key] = entry.value
        for setting in entries { layer["\(entry.key).\(setting.key)"] = setting.value }
    }

    /// The entries of a section that the section knows; the others become issues.
    private mutating func sectionEntries(
        _ entry: SettingsNode.Entry, _ table: SettingsTable
    ) -> [SettingsNode.Entry]? {
        do {
            let entries = try entry.value.entries()
            let known = Set(table.rows(ofSection: entry.key).map(\.spec.name))
            for setting in entries where !known.contains(setting.key) {
                issues.append(table.unknown(setting, in: .section(entry.key)))
            }
            return entries.filter { known.contains($0.key) }
        } catch {
            issues.append(error)
            return nil
        }
    }

    private mutating func readListeners(_ entry: SettingsNode.Entry, _ table: SettingsTable) {
        listenersPlace = entry.place
        guard case .list(let elements) = entry.value.content, !elements.isEmpty else {
            let example = "a list of entries such as '- { bind: \"127.0.0.1:8000\" }'"
            issues.append(SettingsIssue("listeners", at: entry.value.place, "must be \(example)"))
            return
        }
        listeners = elements.compactMap { readListener($0, table) }
    }

    private mutating func readListener(_ node: SettingsNode, _ table: SettingsTable) -> SettingsNode? {
        guard case .mapping(let entries) = node.content else {
            issues.append(
                SettingsIssue(at: node.place, "a listener must be a mapping such as { bind: \"127.0.0.1:8000\" }"))
            return nil
        }
        if !entries.contains(where: { $0.key == "bind" }) {
            issues.append(SettingsIssue(at: node.place, "this listener has no 'bind': say where it listens"))
        }
        let known = entries.filter { entry in
            if table.rows.contains(where: { $0.isInListener && $0.spec.name == entry.key }) { return true }
            if table.vocabulary.sections.contains(where: { $0.name == entry.key }) {
                return sectionEntries(entry, table) != nil
            }
            issues.append(table.unknown(entry, in: .listener))
            return false
        }
        return SettingsNode(.mapping(known), at: node.place)
    }
}
