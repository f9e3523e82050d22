extension Request {
    /// The cookies that the peer sent, in order; a name may come twice.
    public var cookies: [(name: String, value: String)] {
        headerValues("cookie").flatMap { value in
            value.split(separator: ";").compactMap { pair in
                guard let equals = pair.firstIndex(of: "=") else { return nil }
                let name = Self.trimmed(pair[..<equals])
                var value = Self.trimmed(pair[pair.index(after: equals)...])
                // Quotes around a value belong to how it is written, RFC 6265 section 4.1.1.
                if value.utf8.count >= 2, value.first == "\"", value.last == "\"" {
                    value = value.dropFirst().dropLast()
                }
                return name.isEmpty ? nil : (String(name), String(value))
            }
        }
    }

    /// The value of the first cookie called `name`; nil if the peer sent none.
    public func cookie(_ name: String) -> String? {
        cookies.first { $0.name == name }?.value
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
