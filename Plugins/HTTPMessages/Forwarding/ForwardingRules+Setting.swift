public import DroverCore

extension ForwardingRules.Underscores: ChoosableSetting {
    /// What a choice is a name of, in messages.
    public static let settingNoun = "header_map"

    /// What becomes of such a field, for the listing of settings.
    public var settingMeaning: String {
        switch self {
        case .drop: "leaves them out"
        case .refuse: "answers 400"
        case .allow: "takes them"
        }
    }

    /// The choices, and `dangerous`, as gunicorn calls `allow`.
    public static var settingChoices: [SettingChoice] {
        allCases.map { SettingChoice($0.rawValue, $0.settingMeaning) }
            + [SettingChoice("dangerous", "what gunicorn calls allow")]
    }

    /// The choice that is called so, or `dangerous`.
    public init?(settingValue: SettingValue) {
        guard case .string(let name) = settingValue else { return nil }
        self.init(rawValue: name == "dangerous" ? "allow" : name)
    }
}
