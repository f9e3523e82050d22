import DroverCore
import Yams

/// A YAML file as a tree of nodes with positions.
///
/// This is the only file that knows the YAML library; it never runs in a worker.
struct YAMLDocument {
    /// The top of the tree; nil for a file that says nothing.
    let root: SettingsNode?
    /// Keys given twice, and what the reader could not represent.
    let issues: [SettingsIssue]

    /// Reads `text`.
    ///
    /// - Throws: `SettingsIssue` when it is not YAML.
    init(_ text: String, file: String) throws(SettingsIssue) {
        var source = DuplicateKeys(text)
        var duplicates: [SettingsIssue] = []
        while true {
            do {
                // The basic resolver leaves every scalar a text: the table knows the types, and says so better. The
                // encoding is said because the default is looked up in the environment, and printed if found there.
                let node = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8).singleRoot()
                var converter = Converter(file: file)
                root = node.flatMap { converter.convert($0) }
                issues = duplicates + converter.issues
                return
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let first = SourcePosition(file: file, line: context.mark.line, column: context.mark.column)
                let key = keys.first ?? ""
                // The library stops at the first mapping with a key given twice; hiding the second lets it go on.
                let second = source.hideSecond(key, line: first.line, column: first.column)
                let position = second.map { SourcePosition(file: file, line: $0.line, column: $0.column) } ?? first
                let issue = SettingsIssue(
                    at: .file(position), "'\(key)' is given twice, first in line \(first.line)")
                if second == nil { throw issue }
                duplicates.append(issue)
            } catch let error as YamlError {
                throw Self.issue(for: error, in: text, file: file)
            } catch {
                throw SettingsIssue(at: .file(SourcePosition(file: file, line: 1, column: 1)), "not YAML: \(error)")
            }
        }
    }

    private static func issue(for error: YamlError, in text: String, file: String) -> SettingsIssue {
        switch error {
        case .composer(let context, let problem, let mark, _):
            let position = SourcePosition(file: file, line: mark.line, column: mark.column)
            let parts = ["not YAML:", context?.text, problem].compactMap { $0 }
            return SettingsIssue(at: .file(position), parts.joined(separator: " "))
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let position = SourcePosition(file: file, line: mark.line, column: mark.column)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = mark.line <= lines.count ? lines[mark.line - 1] : ""
            if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
                return SettingsIssue(at: .file(position), "not YAML: a tab cannot indent a line; use spaces")
            }
            let setting = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
            return SettingsIssue(at: .file(position), "not YAML: \(problem)\(setting)")
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let line = before.count { $0 == "\n" } + 1
            let column = before.reversed().prefix { $0 != "\n" }.count + 1
            return SettingsIssue(
                at: .file(SourcePosition(file: file, line: line, column: column)), "not YAML: \(problem)")
        default:
            return SettingsIssue(at: .file(SourcePosition(file: file, line: 1, column: 1)), "not YAML: \(error)")
        }
    }
}

/// Turns the library's nodes into ours.
private struct Converter {
    let file: String
    var issues: [SettingsIssue] = []

    init(file: String) {
        self.file = file
    }

    mutating func convert(_ node: Node) -> SettingsNode {
        let place = place(of: node)
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return SettingsNode(.scalar(scalar.string, quoted: !isPlain), at: place)
        case .sequence(let sequence):
            return SettingsNode(.list(sequence.map { convert($0) }), at: place)
        case .mapping(let mapping):
            var entries: [SettingsNode.Entry] = []
            var merged = MergedEntries()
            for (key, value) in mapping {
                let keyPlace = self.place(of: key)
                guard case .scalar(let scalar) = key else {
                    issues.append(SettingsIssue(at: keyPlace, "a setting's name must be a text"))
                    continue
                }
                if DuplicateKeys.isHidden(scalar.string) { continue }
                if scalar.string == MergedEntries.key, scalar.style == .plain {
                    merged.add(convert(value), at: keyPlace)
                    continue
                }
                entries.append(SettingsNode.Entry(scalar.string, at: keyPlace, convert(value)))
            }
            issues += merged.issues
            return SettingsNode(.mapping(merged.completing(entries)), at: place)
        case .alias:
            // The parser puts the anchor's node in an alias's place; this case is for trees built by hand.
            issues.append(SettingsIssue(at: place, "an alias that names nothing"))
            return SettingsNode(.scalar("", quoted: false), at: place)
        }
    }

    private func place(of node: Node) -> SettingsPlace {
        .file(SourcePosition(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1))
    }
}
