internal import DroverSystem

extension SettingType {
    /// Reads a node as a value of this type.
    ///
    /// - Throws: `SettingsIssue` at the node, saying what was expected and what was found.
    public func value(of node: SettingsNode) throws(SettingsIssue) -> SettingValue {
        switch self {
        case .tree:
            return .tree(node)
        case .list:
            return .list(try texts(of: node))
        case .addresses:
            return .list(try addresses(of: node))
        case .addressRanges:
            return .list(try ranges(of: node))
        case .pairs:
            return .list(try pairs(of: node))
        default:
            guard !node.isNull, let text = node.text else { throw node.mismatch(expectation) }
            if case .choice(let choices, let noun) = self {
                return .string(try choose(text, from: choices, noun: noun, at: node))
            }
            if case .accessFormat = self { return .string(try checkedFormat(text, at: node)) }
            guard let value = scalar(text) else { throw node.mismatch(expectation) }
            return value
        }
    }

    private func scalar(_ text: String) -> SettingValue? {
        switch self {
        case .integer(let range): Self.number(text, in: range).map(SettingValue.integer)
        case .duration: DurationText.duration(from: text).map(SettingValue.duration)
        case .boolean: Self.truth(text).map(SettingValue.boolean)
        case .string, .path: text.isEmpty ? nil : .string(text)
        case .workerCount(let maximum):
            text.lowercased() == "auto" ? .automatic : Self.number(text, in: 1...maximum).map(SettingValue.integer)
        case .byteCount(let range):
            ByteCountText.count(from: text).flatMap { range.contains($0) ? .byteCount($0) : nil }
        case .fileMode: FileMode(octal: text).map { .string($0.description) }
        case .list, .addresses, .addressRanges, .pairs, .choice, .accessFormat, .tree: nil
        }
    }

    private func checkedFormat(_ text: String, at node: SettingsNode) throws(SettingsIssue) -> String {
        guard !text.isEmpty else { throw node.mismatch(expectation) }
        do {
            _ = try AccessFormat(text)
            return text
        } catch {
            throw node.issue(error.description)
        }
    }

    private func texts(of node: SettingsNode) throws(SettingsIssue) -> [String] {
        var texts: [String] = []
        for element in try node.elements() {
            guard !element.isNull, let text = element.text else { throw element.mismatch("a text") }
            texts.append(text)
        }
        return texts
    }

    private func addresses(of node: SettingsNode) throws(SettingsIssue) -> [String] {
        let elements = try node.elements()
        guard !elements.isEmpty else { throw node.mismatch(expectation) }
        var addresses: [String] = []
        for element in elements { addresses.append(try BindAddress(element).description) }
        return addresses
    }

    private func ranges(of node: SettingsNode) throws(SettingsIssue) -> [String] {
        var texts: [String] = []
        for element in try node.elements() {
            guard !element.isNull, let text = element.text else { throw element.mismatch(expectation) }
            do {
                texts += try AddressRanges(parsing: [text]).ranges.map(\.description)
            } catch {
                throw element.issue("has '\(text)': \(error.reason)")
            }
        }
        return texts
    }

    private func pairs(of node: SettingsNode) throws(SettingsIssue) -> [String] {
        if case .mapping(let entries) = node.content {
            var pairs: [String] = []
            for entry in entries { pairs.append("\(entry.key)=\(try entry.value.string())") }
            return pairs
        }
        let texts = try texts(of: node)
        for text in texts where text.first == "=" || !text.contains("=") {
            throw node.issue("must be NAME=VALUE, not '\(text)'")
        }
        return texts
    }

    private func choose(
        _ text: String, from choices: [SettingChoice], noun: String, at node: SettingsNode
    ) throws(SettingsIssue) -> String {
        let names = choices.map(\.name)
        if names.contains(text) { return text }
        let list = (names.count == 1 ? "there is: " : "there are: ") + names.joined(separator: ", ")
        let offer = names.isEmpty ? "this server has none" : list
        let question = Suggestion.question(for: text, among: names)
        throw SettingsIssue(at: node.place, "unknown \(noun) '\(text)'\(question) (\(offer))")
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = Int(text), range.contains(number) else { return nil }
        return number
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}
