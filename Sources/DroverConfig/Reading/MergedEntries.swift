import DroverCore

/// The entries that a mapping takes from others with `<<`, the merge key of YAML 1.1: https://yaml.org/type/merge.html.
///
/// The mapping's own keys win; in a list of mappings the earlier ones win. Entries keep the place where they were
/// written, so that a mistake is reported there.
struct MergedEntries {
    /// The key, which means something else in quotes.
    static let key = "<<"

    /// What is wrong with the key's value.
    private(set) var issues: [SettingsIssue] = []
    private var entries: [SettingsNode.Entry] = []

    /// Takes the value of the key that stands at `place`: a mapping, or a list of them.
    mutating func add(_ value: SettingsNode, at place: SettingsPlace) {
        let named = SettingsNode.Entry(Self.key, at: place, value).value
        if case .list(let elements) = named.content {
            for element in elements { take(element) }
        } else {
            take(named)
        }
    }

    /// The entries of `own`, and behind them the merged entries whose keys `own` lacks.
    func completing(_ own: [SettingsNode.Entry]) -> [SettingsNode.Entry] {
        var all = own
        for entry in entries where !all.contains(where: { $0.key == entry.key }) { all.append(entry) }
        return all
    }

    private mutating func take(_ node: SettingsNode) {
        guard case .mapping(let more) = node.content else {
            issues.append(node.mismatch("a mapping or a list of mappings, such as *base"))
            return
        }
        entries += more
    }
}
