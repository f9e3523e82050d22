/// One mistake in the settings: what, where, and what to do about it.
public struct SettingsIssue: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting that has a wrong value; nil when the mistake is not about one value.
    public let key: String?
    /// Where it was written.
    public let place: SettingsPlace
    /// The mistake, put so that it can follow the setting's name: `must be …`.
    public let problem: String

    /// A mistake in the value of `key`, or a mistake that speaks for itself when there is no key.
    public init(_ key: String? = nil, at place: SettingsPlace, _ problem: String) {
        self.key = key
        self.place = place
        self.problem = problem
    }

    /// One line: `drover.yaml:7:3: …`, `DROVER_WORKERS: …`, `--workers: …`.
    public var description: String {
        switch place {
        case .builtIn: Self.onOneLine(subject)
        case .file(let position): Self.onOneLine("\(position): \(subject)")
        // A variable or a flag has named the setting already.
        case .environment, .flag: Self.onOneLine("\(place): \(problem)")
        }
    }

    /// A wrong value may hold anything, also what would break the line or talk to the terminal.
    private static func onOneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }

    private var subject: String {
        if let key { "'\(key)' \(problem)" } else { problem }
    }
}
