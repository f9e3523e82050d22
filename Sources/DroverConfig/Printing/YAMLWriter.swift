import DroverCore

/// Writes lines of YAML with a comment in a column of its own.
struct YAMLWriter {
    /// Everything written so far.
    private(set) var finished = ""

    private static let commentColumn = 44

    /// A line that says something to the reader.
    mutating func comment(_ text: String) {
        finished += "# \(text)\n"
    }

    /// A key with lines under it.
    mutating func key(_ name: String) {
        finished += "\(name):\n"
    }

    /// A key, its value, and a comment.
    mutating func line(_ indent: String, _ name: String, _ value: String, _ comment: String) {
        let text = "\(indent)\(name): \(value)"
        let gap = String(repeating: " ", count: max(2, Self.commentColumn - text.count))
        finished += "\(text)\(gap)# \(comment)\n"
    }

    /// A text without quotes where YAML takes it for a text, or else with them.
    static func plain(_ text: String) -> String {
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
        let words = ["", "-", "null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        let startsAsText = text.first.map { $0.isLetter || $0 == "/" } ?? false
        return isPlain && startsAsText && !words.contains(text.lowercased()) ? text : JSONText.string(text)
    }
}
