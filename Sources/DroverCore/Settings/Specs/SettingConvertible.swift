/// The type of a field that a setting can fill.
///
/// `Bool`, `String`, `Int`, `Duration`, `AddressRanges`, lists of texts, optionals of all these, and enums that are
/// ``ChoosableSetting`` are such types. A type of one's own becomes one by saying what is written in the file and how
/// that is turned into a value and back.
public protocol SettingConvertible: Sendable, SendableMetatype {
    /// What the file can say, where the row says nothing narrower.
    static var settingType: SettingType { get }
    /// Takes a value that the row's type has let through; nil for a value that only another type lets through.
    init?(settingValue: SettingValue)
    /// The value again, from which the setting's default is read; `unset` is no default.
    var settingValue: SettingValue { get }
}

extension Int: SettingConvertible {
    /// Any whole number; rows usually give a range.
    public static var settingType: SettingType { .integer(Int.min...Int.max) }

    /// Takes a whole number or a number of bytes.
    public init?(settingValue: SettingValue) {
        switch settingValue {
        case .integer(let number), .byteCount(let number): self = number
        default: return nil
        }
    }

    /// The number.
    public var settingValue: SettingValue { .integer(self) }
}

extension Duration: SettingConvertible {
    /// A time: seconds, or a number with ms, s, m or h.
    public static var settingType: SettingType { .duration }

    /// Takes a time.
    public init?(settingValue: SettingValue) {
        guard case .duration(let time) = settingValue else { return nil }
        self = time
    }

    /// The time.
    public var settingValue: SettingValue { .duration(self) }
}

extension Bool: SettingConvertible {
    /// true or false.
    public static var settingType: SettingType { .boolean }

    /// Takes true or false.
    public init?(settingValue: SettingValue) {
        guard case .boolean(let flag) = settingValue else { return nil }
        self = flag
    }

    /// True or false.
    public var settingValue: SettingValue { .boolean(self) }
}

extension String: SettingConvertible {
    /// A text; rows of paths say `.path`.
    public static var settingType: SettingType { .string }

    /// Takes a text, a path or a chosen name.
    public init?(settingValue: SettingValue) {
        guard case .string(let text) = settingValue else { return nil }
        self = text
    }

    /// The text.
    public var settingValue: SettingValue { .string(self) }
}

extension Optional: SettingConvertible where Wrapped: SettingConvertible {
    /// What the value can be where there is one.
    public static var settingType: SettingType { Wrapped.settingType }

    /// Takes what the value takes, and nothing as nil.
    public init?(settingValue: SettingValue) {
        if settingValue == .unset {
            self = .none
        } else if let value = Wrapped(settingValue: settingValue) {
            self = .some(value)
        } else {
            return nil
        }
    }

    /// The value, or none.
    public var settingValue: SettingValue { self?.settingValue ?? .unset }
}
