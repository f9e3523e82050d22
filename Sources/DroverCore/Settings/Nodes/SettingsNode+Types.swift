// What a plugin reads a tree of its own with. All of them say what was expected and what was found, and where.
extension SettingsNode {
    /// This node as a whole number.
    public func integer(in range: ClosedRange<Int> = Int.min...Int.max) throws(SettingsIssue) -> Int {
        guard case .integer(let number) = try SettingType.integer(range).value(of: self) else { preconditionFailure() }
        return number
    }

    /// This node as a time: seconds, or a number with ms, s, m or h.
    public func duration() throws(SettingsIssue) -> Duration {
        guard case .duration(let time) = try SettingType.duration.value(of: self) else { preconditionFailure() }
        return time
    }

    /// This node as true or false.
    public func boolean() throws(SettingsIssue) -> Bool {
        guard case .boolean(let flag) = try SettingType.boolean.value(of: self) else { preconditionFailure() }
        return flag
    }

    /// This node as text.
    public func string() throws(SettingsIssue) -> String {
        guard case .string(let text) = try SettingType.string.value(of: self) else { preconditionFailure() }
        return text
    }

    /// This node as a list of texts; a single text is a list of one.
    public func strings() throws(SettingsIssue) -> [String] {
        guard case .list(let texts) = try SettingType.list.value(of: self) else { preconditionFailure() }
        return texts
    }

    /// This node as a number of bytes: a number, or a number with k, m or g.
    public func byteCount(in range: ClosedRange<Int> = 0...Int.max) throws(SettingsIssue) -> Int {
        guard case .byteCount(let count) = try SettingType.byteCount(range).value(of: self) else {
            preconditionFailure()
        }
        return count
    }

    /// The whole number under `key`, which must be there.
    public func integer(
        _ key: String, in range: ClosedRange<Int> = Int.min...Int.max
    ) throws(SettingsIssue) -> Int {
        try required(key).integer(in: range)
    }

    /// The time under `key`, which must be there.
    public func duration(_ key: String) throws(SettingsIssue) -> Duration {
        try required(key).duration()
    }

    /// The truth value under `key`, which must be there.
    public func boolean(_ key: String) throws(SettingsIssue) -> Bool {
        try required(key).boolean()
    }

    /// The text under `key`, which must be there.
    public func string(_ key: String) throws(SettingsIssue) -> String {
        try required(key).string()
    }

    /// The list of texts under `key`, which must be there.
    public func strings(_ key: String) throws(SettingsIssue) -> [String] {
        try required(key).strings()
    }

    /// The number of bytes under `key`, which must be there.
    public func byteCount(_ key: String, in range: ClosedRange<Int> = 0...Int.max) throws(SettingsIssue) -> Int {
        try required(key).byteCount(in: range)
    }
}
