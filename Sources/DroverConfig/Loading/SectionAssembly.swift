import DroverCore

/// Makes the plugins' sections complete: what was written, what flags and variables say, and the defaults.
struct SectionAssembly {
    private let table: SettingsTable

    init(_ table: SettingsTable) {
        self.table = table
    }

    /// The sections at the top, one for each that the plugins declare.
    func shared(
        _ written: [String: SettingsNode], _ chosen: [String: ChosenValue], _ origins: inout [String: ValueOrigin],
        _ issues: inout [SettingsIssue]
    ) -> [String: SettingsNode] {
        var sections: [String: SettingsNode] = [:]
        for section in table.vocabulary.sections {
            var entries: [SettingsNode.Entry] = []
            for row in table.rows(ofSection: section.name) {
                let value = chosen[row.path]
                origins[row.path] = value?.origin ?? ValueOrigin(.builtIn)
                if let node = value?.node { entries.append(SettingsNode.Entry(row.spec.name, at: node.place, node)) }
            }
            let place = written[section.name]?.place ?? .builtIn
            let node = section.completed(SettingsNode(.mapping(entries), at: place, key: section.name))
            sections[section.name] = node
            check(section, node, &issues)
        }
        return sections
    }

    /// A section as one listener states it: its own entries before the shared ones.
    func own(
        _ name: String, _ node: SettingsNode, shared: SettingsNode?, _ issues: inout [SettingsIssue]
    ) -> SettingsNode? {
        guard let section = table.vocabulary.sections.first(where: { $0.name == name }),
            let entries = try? node.entries()
        else { return nil }
        let rows = table.rows(ofSection: name)
        var isRight = true
        for entry in entries {
            guard let row = rows.first(where: { $0.spec.name == entry.key }) else { continue }
            do {
                _ = try row.spec.value(of: entry.value)
            } catch {
                issues.append(error)
                isRight = false
            }
        }
        let inherited = ((try? shared?.entries()) ?? []).filter { entry in !entries.contains { $0.key == entry.key } }
        let known = entries.filter { entry in rows.contains { $0.spec.name == entry.key } }
        let complete = section.completed(SettingsNode(.mapping(known + inherited), at: node.place, key: name))
        if isRight { check(section, complete, &issues) }
        return complete
    }

    /// Lets the plugin look at a section whose names and types are right.
    private func check(_ section: any SettingsSection, _ node: SettingsNode, _ issues: inout [SettingsIssue]) {
        let rows = table.rows(ofSection: section.name)
        let places = Set(((try? node.entries()) ?? []).map(\.value.place))
        // A value that has an issue already would only be reported twice.
        if issues.contains(where: { places.contains($0.place) && $0.place != .builtIn }) { return }
        if issues.contains(where: { issue in rows.contains { $0.spec.name == issue.key } }) { return }
        do {
            try section.check(node)
        } catch let issue as SettingsIssue {
            issues.append(issue)
        } catch let found as SettingsIssues {
            issues += found.issues
        } catch {
            issues.append(SettingsIssue(section.name, at: node.place, "\(error)"))
        }
    }
}
