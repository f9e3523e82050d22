/// One mistake in doge's file: where, what, and what to do about it.
public struct ConfigurationIssue: Sendable, Hashable, CustomStringConvertible {
    /// The file's path as it was given.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// The mistake, with the value and the remedy.
    public let problem: String

    /// A mistake at a place.
    public init(file: String, line: Int, column: Int, _ problem: String) {
        self.file = file
        self.line = line
        self.column = column
        self.problem = problem
    }

    /// One line: `doge.yaml:7:3: …`.
    public var description: String {
        let line = "\(file):\(line):\(column): \(problem)"
        return line.unicodeScalars.contains(where: Self.isControl)
            ? line.unicodeScalars.map { Self.isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined() : line
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}

/// Every mistake of a file, in its order.
public struct ConfigurationIssues: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mistakes.
    public let issues: [ConfigurationIssue]

    /// Some mistakes.
    public init(_ issues: [ConfigurationIssue]) {
        self.issues = issues
    }

    /// A line for each.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
