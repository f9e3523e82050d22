/// Which certificates a server name stands for.
struct ServerNames<Choice: Sendable>: Sendable {
    private var exact: [String: Choice] = [:]
    /// By what follows the `*`, with its dot.
    private var wildcards: [String: Choice] = [:]

    /// Gives `name` to `choice`; a name that is taken already stays with whom it has.
    mutating func add(_ name: String, _ choice: Choice) {
        let name = ServerNameText.folded(name)
        if name.hasPrefix("*.") {
            let rest = String(name.dropFirst())
            if wildcards[rest] == nil { wildcards[rest] = choice }
        } else if exact[name] == nil {
            exact[name] = choice
        }
    }

    /// Whom the name itself was given to, wildcard or not.
    func exactly(_ name: String) -> Choice? {
        let name = ServerNameText.folded(name)
        return name.hasPrefix("*.") ? wildcards[String(name.dropFirst())] : exact[name]
    }

    /// Whom a client means that asks for `name`; a wildcard stands for one label.
    subscript(name: String) -> Choice? {
        let name = ServerNameText.folded(name)
        if let choice = exact[name] { return choice }
        guard !wildcards.isEmpty, let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        return wildcards[String(name[dot...])]
    }
}

/// How the names of servers are written.
enum ServerNameText {
    /// Without regard to case, and without the dot of the root.
    static func folded(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    /// Whether `text` is a host's name, or a wildcard with two labels after it at least.
    static func isName(_ text: String) -> Bool {
        let isWildcard = text.hasPrefix("*.")
        let name = folded(isWildcard ? String(text.dropFirst(2)) : text)
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !name.isEmpty, name.utf8.count <= 253, !isWildcard || labels.count >= 2 else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F }
        }
    }
}
