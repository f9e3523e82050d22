/// All mistakes of one configuration, so that a person can mend them in one go.
public struct SettingsIssues: Error, Equatable, Sendable, CustomStringConvertible {
    /// The mistakes: those of the file first, from top to bottom.
    public let issues: [SettingsIssue]

    /// Puts `issues` in the order in which a person would mend them, each once: what an alias names is read where it is used
    /// as well.
    public init(_ issues: [SettingsIssue]) {
        var seen: Set<SettingsIssue> = []
        self.issues = issues.filter { seen.insert($0).inserted }.enumerated()
            .sorted { left, right in
                let (first, second) = (Self.rank(left.element), Self.rank(right.element))
                return first == second ? left.offset < right.offset : first < second
            }
            .map(\.element)
    }

    /// One line for each mistake.
    public var description: String {
        issues.map(\.description).joined(separator: "\n")
    }

    private static func rank(_ issue: SettingsIssue) -> (Int, Int, Int) {
        switch issue.place {
        case .file(let position): (0, position.line, position.column)
        case .environment: (1, 0, 0)
        case .flag(_, variable: _?): (2, 0, 0)
        case .flag(_, variable: nil): (3, 0, 0)
        case .builtIn: (4, 0, 0)
        }
    }
}
