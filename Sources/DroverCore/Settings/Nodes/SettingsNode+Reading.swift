extension SettingsNode {
    /// Whether a key was written and its value left open, as `pidfile:` or `pidfile: null` does.
    public var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The text of a scalar; nil for anything else.
    public var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// The entries of a mapping; nothing written at all is an empty mapping too.
    ///
    /// - Throws: `SettingsIssue` for a list or a text.
    public func entries() throws(SettingsIssue) -> [Entry] {
        if isNull { return [] }
        guard case .mapping(let entries) = content else { throw mismatch("a mapping of 'name: value' lines") }
        return entries
    }

    /// The elements of a list; a single value is a list of one.
    ///
    /// - Throws: `SettingsIssue` for a mapping.
    public func elements() throws(SettingsIssue) -> [SettingsNode] {
        switch content {
        case .list(let elements): return elements
        case .scalar: return isNull ? [] : [self]
        case .mapping: throw mismatch("a list")
        }
    }

    /// The value of `key` in a mapping; nil when it is absent or null.
    public subscript(key: String) -> SettingsNode? {
        guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == key }) else {
            return nil
        }
        return entry.value.isNull ? nil : entry.value
    }

    /// The value of `key`, which must be there.
    ///
    /// - Throws: `SettingsIssue` at this mapping when it is not.
    public func required(_ key: String) throws(SettingsIssue) -> SettingsNode {
        guard let node = self[key] else { throw SettingsIssue(at: place, "the setting '\(key)' is missing") }
        return node
    }

    /// An issue about this node's value; `problem` follows the setting's name: `must be …`.
    public func issue(_ problem: String) -> SettingsIssue {
        SettingsIssue(key, at: place, problem)
    }

    /// An issue about the value of `key` in this mapping, at the mapping where the key is not there.
    ///
    /// `problem` follows the key: `is later than 'to'`.
    public func issue(of key: String, _ problem: String) -> SettingsIssue {
        self[key]?.issue(problem) ?? SettingsIssue(key, at: place, problem)
    }

    /// An issue that says what was expected and what was found.
    package func mismatch(_ expected: String) -> SettingsIssue {
        switch content {
        case .scalar where isNull: issue("has no value: it must be \(expected)")
        case .scalar(let text, _): issue("must be \(expected), not '\(text)'")
        case .list: issue("must be \(expected), not a list")
        case .mapping: issue("must be \(expected), not a mapping")
        }
    }
}
