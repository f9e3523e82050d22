/// The part of the configuration file that belongs to a plugin: a key at the top with a mapping under it, which is read
/// into a struct.
///
///     struct ShoutSettings: Sendable {
///         var limitLine = 1 << 16
///
///         static let section = PluginSection(
///             "shout", ShoutSettings(),
///             [.setting("limit_line", \.limitLine, as: .byteCount(1...1 << 20), "The longest line.")])
///     }
///
/// A row is all there is to say about a setting. Reading, checking, defaults, flags, variables, `--help`, `print-config`
/// and the documentation follow it. Listeners may state the section for themselves; what they leave out is as at the top.
public struct PluginSection<Settings: Sendable>: SettingsSection {
    /// The key at the top of the file.
    public let name: String
    /// The settings under it.
    public let settings: [SettingSpec]
    private let standard: Settings
    private let fields: [Row.Field]
    private let checkRead: @Sendable (Settings, SettingsNode) throws -> Void

    /// A section called `name`.
    ///
    /// A row whose type does not fit its field or does not let its own default through is a mistake of the program, which
    /// no configuration can mend: reading any configuration traps with the row's name.
    ///
    /// - Parameters:
    ///   - name: The key at the top of the file, in snake case.
    ///   - standard: A fresh struct: the values of its fields are the defaults.
    ///   - rows: A row for each setting, in the order of the documentation.
    ///   - check: Throws `SettingsIssue` or `SettingsIssues` for settings that make no sense together. The node is the
    ///     section with every default filled in, so that the mistake can be reported where it was written:
    ///     `throw node.issue(of: "from", "is later than 'to'")`.
    public init(
        _ name: String, _ standard: Settings, _ rows: [Row],
        check: @escaping @Sendable (Settings, SettingsNode) throws -> Void = { _, _ in }
    ) {
        self.name = name
        self.standard = standard
        fields = rows.flatMap(\.fields)
        settings = fields.map { $0.declare(standard) }
        checkRead = check
    }

    /// The settings that `node` states, a section of this kind; those that it leaves out have their defaults.
    ///
    /// The contexts that things are made from have the node: `context.section`.
    ///
    /// - Throws: `SettingsIssue` for a value of the wrong type or out of range, and what the section's check throws. The
    ///   core has found all that before it hands a section over, so a plugin passes it on.
    public func settings(from node: SettingsNode = .empty) throws -> Settings {
        var read = standard
        for (field, spec) in zip(fields, settings) {
            if let value = node[spec.name] { try field.store(value, spec, &read) }
        }
        try checkRead(read, completed(node))
        return read
    }

    /// Finds what is wrong with a section of which every name and type is right.
    public func check(_ node: SettingsNode) throws {
        _ = try settings(from: node)
    }
}
