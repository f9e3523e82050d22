/// The part of the configuration file that belongs to a plugin: a key at the top with a mapping under it.
///
/// The core checks names and types against the declaration, fills in the defaults, and hands the mapping over whole;
/// the plugin reads it without asking what is missing.
public struct PluginSection: Sendable {
    /// The key at the top of the file.
    public let name: String
    /// The settings under it.
    public let settings: [SettingSpec]
    /// What names and types cannot tell, checked when the configuration is read.
    public let check: @Sendable (SettingsNode) throws -> Void

    /// A section called `name`.
    ///
    /// - Parameters:
    ///   - name: The key at the top of the file.
    ///   - settings: The settings that may stand under it.
    ///   - check: Throws `SettingsIssue` or `SettingsIssues` for a mapping that makes no sense; it gets every default
    ///     filled in.
    public init(
        _ name: String, settings: [SettingSpec], check: @escaping @Sendable (SettingsNode) throws -> Void = { _ in }
    ) {
        self.name = name
        self.settings = settings
        self.check = check
    }

    /// The mapping with the defaults of all settings that `node` leaves out, in the order of the declaration.
    ///
    /// Use it where no configuration was read, as in a plugin's own tests.
    public func completed(_ node: SettingsNode = .empty) -> SettingsNode {
        guard case .mapping(let entries) = node.content else { return completed(.empty) }
        let complete = settings.compactMap { setting -> SettingsNode.Entry? in
            if let entry = entries.first(where: { $0.key == setting.name }), !entry.value.isNull { return entry }
            guard let text = setting.defaultText else { return nil }
            let value = SettingsNode(.scalar(text, quoted: false), at: .builtIn)
            return SettingsNode.Entry(setting.name, at: .builtIn, value)
        }
        return SettingsNode(.mapping(complete), at: node.place, key: node.key)
    }
}
