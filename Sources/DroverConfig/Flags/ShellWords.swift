/// Splits a text into words as a shell would: blanks part words, quotes and backslashes keep them together.
enum ShellWords {
    /// Why a text cannot be split.
    enum Failure: Error, Equatable {
        /// A quote is open at the end; its character.
        case openQuote(Character)
        /// A backslash is the last character.
        case trailingBackslash
    }

    /// The words of `text`; nothing is expanded.
    static func split(_ text: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = text.makeIterator()
        while let character = rest.next() {
            switch (character, quote) {
            case ("\\", nil), ("\\", "\""):
                guard let next = rest.next() else { throw .trailingBackslash }
                // Between double quotes a backslash stands for itself, unless it protects one of these.
                let kept = quote != nil && !"\"\\$`\n".contains(next) ? "\\" : ""
                word = (word ?? "") + kept + String(next)
            case ("'", nil), ("\"", nil):
                quote = character
                word = word ?? ""
            case (let close, quote?) where close == quote:
                quote = nil
            case (let blank, nil) where blank.isWhitespace:
                if let finished = word { words.append(finished) }
                word = nil
            default:
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw .openQuote(quote) }
        if let word { words.append(word) }
        return words
    }
}
