import DroverCore

extension SettingsTable {
    /// Where an unknown key stands, which decides what can be meant by it.
    enum Level {
        case top
        case listener
        case section(String)
    }

    /// What to say of a key that does not exist there.
    func unknown(_ entry: SettingsNode.Entry, in level: Level) -> SettingsIssue {
        let key = entry.key
        let (fitting, context): ([SettingRow], String)
        switch level {
        case .top: (fitting, context) = (rows.filter(\.isTopLevel), "")
        case .listener: (fitting, context) = (rows.filter(\.isInListener), " in a listener")
        case .section(let name): (fitting, context) = (rows(ofSection: name), " in '\(name)'")
        }
        let problem = "unknown setting '\(key)'\(context)"
        if let hint = misplaced(key, fitting: fitting) { return SettingsIssue(at: entry.place, problem + hint) }
        var names = fitting.map { (spelling: $0.spec.name, name: $0.spec.name) }
        if case .section = level {} else { names += vocabulary.sections.map { ($0.name, $0.name) } }
        if case .top = level { names.append(("listeners", "listeners")) }
        // The flag is what many have in their fingers: 'pid' is 'pidfile', 'log-level' is 'loglevel'.
        for row in fitting {
            names += row.spec.flags.map { ($0, row.spec.name) }
            if let gunicorn = row.spec.gunicorn { names.append((gunicorn, row.spec.name)) }
        }
        guard let spelling = Suggestion.nearest(to: key, among: names.map(\.spelling)),
            let name = names.first(where: { $0.spelling == spelling })?.name
        else { return SettingsIssue(at: entry.place, problem) }
        return SettingsIssue(at: entry.place, problem + "; did you mean '\(name)'?")
    }

    /// A name that does exist, only elsewhere.
    private func misplaced(_ key: String, fitting: [SettingRow]) -> String? {
        guard !fitting.contains(where: { $0.spec.name == key }) else { return nil }
        guard let row = rows.first(where: { $0.spec.name == key }) else { return nil }
        switch row.field {
        case .section(let name): return "; it belongs under '\(name):'"
        case .commandLine: return "; it is the flag \(row.spec.flags[0]) only"
        case .listener(_, .onlyInListener): return "; it belongs to an entry of 'listeners:'"
        case .listener(_, .onlyAtTop) where key == "reuse_port": return "; write 'accept: reuseport'"
        case .server, .bind, .listener: return "; it belongs at the top of the file"
        }
    }
}
