/// A setting's value, read and found to be of the right type and in range.
public enum SettingValue: Sendable, Equatable {
    /// No value: the feature is off.
    case unset
    /// `auto`: the server finds out.
    case automatic
    /// A whole number.
    case integer(Int)
    /// A time.
    case duration(Duration)
    /// True or false.
    case boolean(Bool)
    /// A text, a path or a chosen name.
    case string(String)
    /// Texts in order.
    case list([String])
    /// A number of bytes.
    case byteCount(Int)
    /// Anything at all; its owner reads it.
    case tree(SettingsNode)
}
