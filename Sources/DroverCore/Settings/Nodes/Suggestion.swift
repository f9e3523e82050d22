/// Finds what was probably meant by a name that does not exist.
package enum Suggestion {
    /// The candidate nearest to `word`, if one is near enough to be worth a question.
    ///
    /// Case, `-` and `_` do not count, so that a flag's spelling finds the key and the other way round.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = letters(of: word)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let offered = letters(of: candidate)
            let distance = editDistance(wanted, offered)
            let allowed = max(1, min(wanted.count, offered.count) / 3)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The end of a message: `; did you mean 'workers'?`, or nothing.
    package static func question(for word: String, among candidates: some Sequence<String>) -> String {
        guard let name = nearest(to: word, among: candidates) else { return "" }
        return "; did you mean '\(name)'?"
    }

    private static func letters(of word: String) -> [UInt8] {
        word.lowercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    package static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [Int](repeating: row, count: right.count + 1)
            for column in 1...right.count {
                let replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                current[column] = min(replaced, last[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
