import DroverCore

/// Words of a command line, before the argument parser sees them.
package enum FlagWords {
    /// The words with `-eA=1` as `-e A=1`; the argument parser takes the former for a flag called `eA`.
    package static func partingJoined(_ words: [String], _ table: SettingsTable) -> [String] {
        let letters = table.rows.filter { $0.spec.type != .boolean }.compactMap(\.spec.shortFlag)
        let end = words.firstIndex(of: "--") ?? words.endIndex
        return words[..<end].flatMap { word -> [String] in
            let rest = word.dropFirst(2)
            guard word.first == "-", let letter = word.dropFirst().first, letters.contains(letter), !rest.isEmpty,
                rest.first != "="
            else { return [word] }
            return ["-\(letter)", String(rest)]
        } + words[end...]
    }
}
