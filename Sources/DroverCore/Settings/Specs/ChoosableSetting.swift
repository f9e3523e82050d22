/// An enum of whose cases a setting names one; the raw values are the names.
///
///     enum Order: String, ChoosableSetting {
///         case any, request
///         static let settingNoun = "order"
///         var settingMeaning: String { self == .any ? "as they finish" : "as they came" }
///     }
///
/// A name that is none is refused with the names there are: `unknown order 'last' (there are: any, request)`.
public protocol ChoosableSetting: SettingConvertible, CaseIterable, RawRepresentable where RawValue == String {
    /// What the names are names of, in the singular.
    static var settingNoun: String { get }
    /// What the case stands for, in a few words for `--help` and the documentation; empty where its name says it.
    var settingMeaning: String { get }
    /// The names with what they stand for: by default those of all cases.
    static var settingChoices: [SettingChoice] { get }
}

extension ChoosableSetting {
    /// Nothing: the name says it.
    public var settingMeaning: String { "" }
    /// All cases, in their order.
    public static var settingChoices: [SettingChoice] {
        allCases.map { SettingChoice($0.rawValue, $0.settingMeaning) }
    }
    /// One of the names.
    public static var settingType: SettingType { .choice(settingChoices, noun: settingNoun) }

    /// Takes the name of a case.
    public init?(settingValue: SettingValue) {
        guard case .string(let name) = settingValue else { return nil }
        self.init(rawValue: name)
    }

    /// The case's name.
    public var settingValue: SettingValue { .string(rawValue) }
}
