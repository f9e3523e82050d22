internal import Yams

/// Reads a YAML text key by key and collects what is wrong with it.
struct ConfigurationReader {
    private let file: String
    private let root: Node.Mapping?
    private(set) var issues: [ConfigurationIssue] = []
    private var known: Set<String> = []

    /// - Throws: When it is not YAML, or not a mapping.
    init(_ text: String, file: String) throws(ConfigurationIssues) {
        self.file = file
        do {
            // Every scalar stays a text: the reader knows the types, and says so better.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            let node = try parser.singleRoot()
            root = node?.mapping
            if let node, node.mapping == nil {
                throw ConfigurationIssues([
                    ConfigurationIssue(
                        file: file, at: node, "must be a mapping with registry:, and service: or refer:")
                ])
            }
        } catch let error as ConfigurationIssues {
            throw error
        } catch {
            throw ConfigurationIssues([Self.issue(error, file: file)])
        }
    }

    var sortedIssues: [ConfigurationIssue] { issues.sorted { ($0.line, $0.column) < ($1.line, $1.column) } }

    /// A section at the top of the file.
    mutating func section(_ name: String) -> ConfigurationSection? {
        known.insert(name)
        guard let node = root?[Node(name)] else { return nil }
        guard let mapping = node.mapping else {
            // `refer:` with nothing under it says that the defaults are meant.
            if node.scalar?.string.isEmpty != true { report(at: node, "'\(name)' must be a mapping") }
            return nil
        }
        return ConfigurationSection(name: name, file: file, node: node, mapping: mapping)
    }

    /// Takes over what was found wrong in `section`, and what it was not asked for.
    mutating func finish(_ section: ConfigurationSection, others: Bool = true) {
        var section = section
        if others { section.refuseOthers() }
        issues += section.issues
    }

    /// Reports sections that are not known.
    mutating func refuseOthers() {
        for (key, _) in root ?? Node.Mapping([]) where !known.contains(key.scalar?.string ?? "") {
            let name = key.scalar?.string ?? ""
            report(at: key, "there is no section '\(name)'; there are registry, service and refer")
        }
    }

    mutating func reportMissing(_ section: String) {
        issues.append(
            ConfigurationIssue(file: file, line: 1, column: 1, "the section '\(section)' is missing"))
    }

    private mutating func report(at node: Node, _ problem: String) {
        issues.append(ConfigurationIssue(file: file, at: node, problem))
    }

    private static func issue(_ error: any Error, file: String) -> ConfigurationIssue {
        switch error {
        case YamlError.composer(_, let problem, let mark, _), YamlError.scanner(_, let problem, let mark, _),
            YamlError.parser(_, let problem, let mark, _):
            ConfigurationIssue(file: file, line: mark.line, column: mark.column, "not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            ConfigurationIssue(
                file: file, line: context.mark.line, column: context.mark.column,
                "'\(keys.first ?? "")' is given twice; leave one")
        default: ConfigurationIssue(file: file, line: 1, column: 1, "not YAML: \(error)")
        }
    }
}

extension ConfigurationIssue {
    /// A mistake where `node` stands.
    init(file: String, at node: Node, _ problem: String) {
        self.init(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, problem)
    }
}
