/// Writes JSON, which is also how YAML writes a value on one line.
package enum JSONText {
    /// A text in double quotes, RFC 8259 section 7.
    package static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Members in order; the values are JSON already.
    package static func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\(string($0.name)): \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// Elements in order; they are JSON already.
    package static func array(_ elements: [String]) -> String {
        "[" + elements.joined(separator: ", ") + "]"
    }

    /// Members in order, each on its own line.
    package static func lines(_ members: [(name: String, value: String)], indent: String = "") -> String {
        if members.isEmpty { return "{}" }
        let body = members.map { "\(indent)  \(string($0.name)): \($0.value)" }.joined(separator: ",\n")
        return "{\n\(body)\n\(indent)}"
    }
}
