/// One of the names that a setting can choose from, such as a protocol or a log level.
public struct SettingChoice: Sendable, Hashable {
    /// The name as it is written.
    public let name: String
    /// What it stands for, in a few words; may be empty.
    public let summary: String

    /// A choice called `name`.
    public init(_ name: String, _ summary: String = "") {
        self.name = name
        self.summary = summary
    }
}
