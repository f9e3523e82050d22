/// A section of the configuration file as the core sees it, whatever its plugin reads it into: see ``PluginSection``.
public protocol SettingsSection: Sendable {
    /// The key at the top of the file.
    var name: String { get }
    /// The settings under it, each with its default.
    var settings: [SettingSpec] { get }
    /// Finds what is wrong with a section of which every name and type is right.
    ///
    /// - Throws: `SettingsIssue` or `SettingsIssues` at the node that is wrong.
    func check(_ node: SettingsNode) throws
}

extension SettingsSection {
    /// The mapping with the defaults of all settings that `node` leaves out, in the order of the declaration.
    package func completed(_ node: SettingsNode = .empty) -> SettingsNode {
        guard case .mapping(let entries) = node.content else { return completed(.empty) }
        let complete = settings.compactMap { setting -> SettingsNode.Entry? in
            if let entry = entries.first(where: { $0.key == setting.name }), !entry.value.isNull { return entry }
            return setting.defaultNode.map { SettingsNode.Entry(setting.name, at: .builtIn, $0) }
        }
        return SettingsNode(.mapping(complete), at: node.place, key: node.key)
    }
}
