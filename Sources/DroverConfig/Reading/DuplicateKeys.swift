/// The text of a YAML file in which keys that were given twice are hidden one by one, columns unchanged.
///
/// The YAML library stops at a mapping with a repeated key and tells where the first one is. To report that mistake
/// together with all others, the second key's first letter becomes a character that no key begins with.
struct DuplicateKeys {
    // The library counts columns in scalars, so a character of several must not count as one.
    private var lines: [[Unicode.Scalar]]
    private var hidden: UInt32 = 0

    /// A private use area: nothing that a person writes.
    private static let hiddenLetters: ClosedRange<UInt32> = 0xF0000...0xFFFFD

    /// A text with nothing hidden.
    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    }

    /// The text with the keys hidden so far.
    var text: String {
        var text = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { text.append("\n") }
            text.append(contentsOf: line)
        }
        return String(text)
    }

    /// Whether a key was hidden.
    static func isHidden(_ key: String) -> Bool {
        key.unicodeScalars.first.map { hiddenLetters.contains($0.value) } ?? false
    }

    /// Hides the next `key` after the one at `line` and `column`, counted from 1.
    ///
    /// - Returns: Where it stands; nil when it cannot be found.
    mutating func hideSecond(_ key: String, line: Int, column: Int) -> (line: Int, column: Int)? {
        let name = Array(key.unicodeScalars)
        guard !name.isEmpty, let letter = Unicode.Scalar(Self.hiddenLetters.lowerBound + hidden) else { return nil }
        guard let found = findSecond(name, line: line - 1, column: column - 1) else { return nil }
        hidden += 1
        lines[found.line][found.column] = letter
        return (found.line + 1, found.column + 1)
    }

    /// In the flow style both keys may share a line; in the block style keys of one mapping share a column.
    private func findSecond(_ name: [Unicode.Scalar], line: Int, column: Int) -> (line: Int, column: Int)? {
        let rest = lines[line].indices.dropFirst(column + name.count)
        if let begin = rest.first(where: { isKey(name, at: $0, in: lines[line]) }) { return (line, begin) }
        for next in lines.indices.dropFirst(line + 1) {
            // A quoted key begins one column further than its mark.
            for begin in [column, column + 1] where isKey(name, at: begin, in: lines[next]) { return (next, begin) }
        }
        return nil
    }

    /// Whether a key called `name` begins at `begin`: nothing but an opening before it, a colon after it.
    private func isKey(_ name: [Unicode.Scalar], at begin: Int, in line: [Unicode.Scalar]) -> Bool {
        guard line.indices.contains(begin), line[begin...].starts(with: name) else { return false }
        let before = line[..<begin].last { $0 != " " }
        let after = line[(begin + name.count)...].first { $0 != " " && $0 != "\"" && $0 != "'" }
        return after == ":" && (before.map { "{,-\"'".unicodeScalars.contains($0) } ?? true)
    }
}
