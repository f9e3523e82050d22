extension JSONText {
    /// A node of any shape.
    package static func tree(_ node: SettingsNode) -> String {
        switch node.content {
        case .scalar(let text, quoted: false):
            if node.isNull { return "null" }
            return ["true", "false"].contains(text) || isNumber(text) ? text : string(text)
        case .scalar(let text, quoted: true): return string(text)
        case .list(let elements): return array(elements.map(tree))
        case .mapping(let entries): return object(entries.map { ($0.key, tree($0.value)) })
        }
    }

    /// Whether a text is a number as JSON writes one: no leading zero, no sign but a minus.
    private static func isNumber(_ text: String) -> Bool {
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole == "0" || whole.first != "0" else { return false }
        return parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber } }
    }
}
