/// One setting: its name, type, default, flags and documentation.
///
/// It is made of a row: of the core's table, or of a ``PluginSection``.
public struct SettingSpec: Sendable, Equatable {
    /// When a changed value begins to count.
    public enum Effect: String, Sendable, Equatable {
        /// Only a new start of the server takes it.
        case restart
        /// A reload takes it.
        case reload
        /// A reload takes it, also for workers that run, from their next connection on.
        case nextConnection = "next connection"
    }

    /// The key in the configuration file.
    public let name: String
    /// What its value can be.
    public let type: SettingType
    /// The default; `unset` when the setting is optional and off.
    public let defaultValue: SettingValue
    /// The long flags, first the one to advertise, with their dashes; empty when it has none.
    public let flags: [String]
    /// The letter of the short flag.
    public let shortFlag: Character?
    /// What it does, in a sentence or two.
    public let summary: String
    /// When a change takes effect.
    public let effect: Effect
    /// The name of gunicorn's setting that does the same, if it has one.
    public let gunicorn: String?

    /// A setting called `name`.
    ///
    /// - Parameters:
    ///   - name: The key in the file, in snake case.
    ///   - type: What its value can be.
    ///   - defaultValue: The default; `unset` for an optional setting.
    ///   - flags: Long flags with their dashes.
    ///   - shortFlag: A letter that means the first flag.
    ///   - effect: When a change takes effect.
    ///   - gunicorn: What gunicorn calls it.
    ///   - summary: What it does.
    package init(
        _ name: String,
        _ type: SettingType,
        default defaultValue: SettingValue,
        flags: [String] = [],
        shortFlag: Character? = nil,
        effect: Effect = .reload,
        gunicorn: String? = nil,
        _ summary: String
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.flags = flags
        self.shortFlag = shortFlag
        self.summary = summary
        self.effect = effect
        self.gunicorn = gunicorn
    }

    /// Whether it may be left without a value.
    public var isOptional: Bool { defaultValue == .unset }

    /// The default as it would be written for a flag or a variable; nil when there is none.
    public var defaultText: String? { defaultValue.text }

    /// The default as the file would have it.
    package var defaultNode: SettingsNode? {
        if case .list(let texts) = defaultValue {
            return SettingsNode(.list(texts.map { .text($0, at: .builtIn) }), at: .builtIn)
        }
        return defaultText.map { SettingsNode(.scalar($0, quoted: false), at: .builtIn) }
    }

    /// Reads a node as this setting's value.
    ///
    /// - Throws: `SettingsIssue` when it is of the wrong type or out of range.
    public func value(of node: SettingsNode) throws(SettingsIssue) -> SettingValue {
        if isOptional, node.isNull { return .unset }
        return try type.value(of: node)
    }
}
