internal import Yams

/// A section of the file, read key by key.
struct ConfigurationSection {
    let name: String
    private let file: String
    private let node: Node
    private let mapping: Node.Mapping
    private(set) var issues: [ConfigurationIssue] = []
    private var known: [String] = []

    init(name: String, file: String, node: Node, mapping: Node.Mapping) {
        self.name = name
        self.file = file
        self.node = node
        self.mapping = mapping
    }

    /// The keys that are there.
    var keys: [String] { mapping.compactMap { $0.key.scalar?.string } }

    private mutating func value(_ key: String) -> Node? {
        known.append(key)
        guard let node = mapping[Node(key)] else { return nil }
        if let scalar = node.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { return nil }
        return node
    }

    mutating func text(_ key: String) -> String? {
        guard let node = value(key) else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            report(at: node, "'\(key)' must be a text")
            return nil
        }
        return text
    }

    mutating func required(_ key: String, _ hint: String) -> String? {
        let had = issues.count
        let text = text(key)
        if text == nil, issues.count == had { report(at: node, "'\(name)' has no '\(key)', \(hint)") }
        return text
    }

    mutating func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let node = value(key) else { return nil }
        guard let text = node.scalar?.string, let number = Int(text), range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
            report(at: node, "'\(key)' must be a whole number, \(bounds)\(found(node))")
            return nil
        }
        return number
    }

    mutating func texts(_ key: String) -> [String] {
        guard let node = value(key) else { return [] }
        let elements = node.sequence.map(Array.init) ?? [node]
        let texts = elements.compactMap { $0.scalar?.string }
        if texts.count < elements.count { report(at: node, "'\(key)' must be a list of texts") }
        return texts
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let node = value(key) else { return nil }
        if let text = node.scalar?.string, let value = Value(rawValue: text) { return value }
        let names = type.allCases.map(\.rawValue).joined(separator: ", ")
        report(at: node, "'\(key)' must be one of \(names)\(found(node))")
        return nil
    }

    /// `host:port` texts with commas between them, as doge writes them, or a list.
    mutating func addresses(_ key: String) -> [HostPort] {
        guard let node = value(key) else { return [] }
        let elements = node.sequence.map(Array.init) ?? [node]
        return elements.flatMap { element -> [HostPort] in
            let parts = (element.scalar?.string ?? "").split(separator: ",")
            let texts = parts.map { $0.drop { $0 == " " } }.map { text in
                text.lastIndex { $0 != " " }.map { text[...$0] } ?? text
            }
            let addresses = texts.compactMap { HostPort($0) }
            if addresses.isEmpty || addresses.count < texts.count {
                report(at: element, "'\(key)' must be host:port, or several with commas\(found(element))")
            }
            return addresses
        }
    }

    mutating func report(_ problem: String) {
        report(at: node, problem)
    }

    /// Reports keys that were not asked for.
    mutating func refuseOthers() {
        for (key, _) in mapping where !known.contains(key.scalar?.string ?? "") {
            let names = known.joined(separator: ", ")
            report(at: key, "'\(name)' has no setting '\(key.scalar?.string ?? "")'; there are \(names)")
        }
    }

    private func found(_ node: Node) -> String { node.scalar.map { ", not '\($0.string)'" } ?? "" }

    private mutating func report(at node: Node, _ problem: String) {
        issues.append(ConfigurationIssue(file: file, at: node, problem))
    }
}
