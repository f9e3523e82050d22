internal import DroverSystem

/// A text that is no format for the access log.
public struct AccessFormatError: Error, Equatable, CustomStringConvertible {
    /// Where in the text, counted in characters from 1.
    public let position: Int
    /// What is wrong there.
    public let problem: String

    /// The mistake in one line, which can follow the setting's name.
    public var description: String { "\(problem) at its character \(position)" }
}

extension AccessFormat {
    /// The format that `text` is or names: text with atoms, `%(NAME)s`, as gunicorn has them.
    ///
    /// - Throws: `AccessFormatError` for an atom that is none, at its character.
    public init(_ text: String) throws(AccessFormatError) {
        if let format = Self.named(text) {
            self = format
            return
        }
        var reader = AccessFormatReader(text)
        self.init(steps: try reader.steps())
    }
}

private struct AccessFormatReader {
    private let text: [Character]
    private var place = 0

    init(_ text: String) {
        self.text = Array(text)
    }

    mutating func steps() throws(AccessFormatError) -> [AccessStep] {
        var steps: [AccessStep] = []
        var plain = ""
        while place < text.count {
            guard text[place] == "%" else {
                plain.append(text[place])
                place += 1
                continue
            }
            if place + 1 < text.count, text[place + 1] == "%" {
                plain.append("%")
                place += 2
                continue
            }
            let atom = try atom()
            if !plain.isEmpty { steps.append(.text(plain)) }
            plain = ""
            steps.append(.atom(atom))
        }
        if !plain.isEmpty { steps.append(.text(plain)) }
        return steps
    }

    /// What stands at `%(`, up to the letter behind the bracket.
    private mutating func atom() throws(AccessFormatError) -> AccessAtom {
        let start = place
        guard place + 1 < text.count, text[place + 1] == "(" else {
            throw error(start, "has a '%' that begins no atom (write %% for a percent sign)")
        }
        guard let end = text[place...].firstIndex(of: ")") else { throw error(start, "has an atom without its ')'") }
        guard end + 1 < text.count, text[end + 1] == "s" || text[end + 1] == "d" else {
            throw error(start, "has an atom without the 's' behind its ')'")
        }
        let name = String(text[(start + 2)..<end])
        place = end + 2
        if let atom = Self.atoms[name] { return atom }
        if let atom = Self.named(name) { return atom }
        let known = Self.atoms.keys.sorted { $0.count == $1.count ? $0 < $1 : $0.count < $1.count }
        let facts = TransportSecurity.Fact.allCases.map { "{\($0.rawValue)}x" }
        // If the letter is right, only the names that go with it are of use.
        let isFact = name.hasPrefix("{") && name.hasSuffix("}x")
        let offered = isFact ? facts : known + ["{NAME}i", "{NAME}o", "{NAME}e"] + facts
        throw error(start, "has the unknown atom '%(\(name))s' (there are: \(offered.joined(separator: ", ")))")
    }

    private func error(_ place: Int, _ problem: String) -> AccessFormatError {
        AccessFormatError(position: place + 1, problem: problem)
    }

    private static let atoms: [String: AccessAtom] = [
        "h": .remote, "l": .identity, "u": .user, "t": .time, "r": .requestLine, "m": .method, "U": .path, "q": .query,
        "H": .version, "s": .status, "B": .bytes, "b": .bytesOrDash, "f": .referer, "a": .userAgent, "T": .seconds,
        "M": .milliseconds, "D": .microseconds, "L": .decimalSeconds, "p": .processInBrackets, "id": .requestID,
        "Q": .queueMicroseconds,
    ]

    /// `{NAME}i`, `{NAME}o`, `{NAME}e` and `{NAME}x`.
    private static func named(_ name: String) -> AccessAtom? {
        guard name.first == "{", let kind = name.last, name.dropLast().last == "}" else { return nil }
        let inner = String(name.dropFirst().dropLast(2))
        guard !inner.isEmpty else { return nil }
        switch kind {
        case "i": return .requestField(inner.lowercased())
        case "o": return .replyField(inner.lowercased())
        case "e": return variable(inner)
        case "x": return TransportSecurity.Fact(rawValue: inner).map { .security($0) }
        default: return nil
        }
    }

    /// gunicorn looks into what its application is given; here the same names mean the same, and any other is a
    /// variable of the process.
    private static func variable(_ name: String) -> AccessAtom {
        switch name {
        case "REQUEST_METHOD": return .method
        case "PATH_INFO": return .path
        case "QUERY_STRING": return .query
        case "SERVER_PROTOCOL": return .version
        case "REMOTE_ADDR": return .remote
        case "REMOTE_USER": return .user
        case "CONTENT_TYPE", "CONTENT_LENGTH": return .requestField(field(name))
        case let name where name.hasPrefix("HTTP_"): return .requestField(field(String(name.dropFirst(5))))
        default: return .constant(ProcessEnvironment.all()[name] ?? "-")
        }
    }

    private static func field(_ name: String) -> String {
        String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    }
}
