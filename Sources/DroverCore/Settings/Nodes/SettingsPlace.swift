/// Where a setting's value was written, so that a mistake can be reported there.
public enum SettingsPlace: Sendable, Hashable, CustomStringConvertible {
    /// Nowhere: it is the default.
    case builtIn
    /// In the configuration file.
    case file(SourcePosition)
    /// In an environment variable of this name.
    case environment(String)
    /// In a flag; `variable` names the environment variable that held the flag, if one did.
    case flag(String, variable: String? = nil)

    /// The place as an error or `print-config` names it.
    public var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let position): position.description
        case .environment(let name): name
        case .flag(let flag, variable: nil): flag
        case .flag(let flag, variable: let variable?): "\(variable): \(flag)"
        }
    }

    /// The position in the configuration file, if the value came from there.
    public var position: SourcePosition? {
        if case .file(let position) = self { position } else { nil }
    }
}
