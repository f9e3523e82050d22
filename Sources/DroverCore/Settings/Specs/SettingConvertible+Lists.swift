public import DroverSystem

/// The type of what a list consists of that a setting can fill.
public protocol SettingElement: Sendable, SendableMetatype {
    /// What the file can say for the whole list.
    static var settingListType: SettingType { get }
    /// Takes a text that the list's type has let through.
    init?(settingText: String)
    /// The text again.
    var settingText: String { get }
}

extension String: SettingElement {
    /// A list of texts.
    public static var settingListType: SettingType { .list }

    /// Takes the text.
    public init?(settingText: String) {
        self = settingText
    }

    /// The text.
    public var settingText: String { self }
}

extension Array: SettingConvertible where Element: SettingElement {
    /// A list of such elements.
    public static var settingType: SettingType { Element.settingListType }

    /// Takes a list, and nothing as an empty one.
    public init?(settingValue: SettingValue) {
        if settingValue == .unset {
            self = []
            return
        }
        guard case .list(let texts) = settingValue else { return nil }
        self = texts.compactMap(Element.init(settingText:))
        if count != texts.count { return nil }
    }

    /// The elements as texts.
    public var settingValue: SettingValue { .list(map(\.settingText)) }
}

extension AddressRanges: SettingConvertible {
    /// Addresses and networks of peers.
    public static var settingType: SettingType { .addressRanges }

    /// Takes a list of them.
    public init?(settingValue: SettingValue) {
        guard case .list(let texts) = settingValue, let ranges = try? AddressRanges(parsing: texts) else { return nil }
        self = ranges
    }

    /// The ranges as texts.
    public var settingValue: SettingValue { .list(ranges.map(\.description)) }
}
