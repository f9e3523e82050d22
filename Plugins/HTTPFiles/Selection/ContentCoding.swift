import DroverHTTPMessages

/// A way in which a file was compressed beforehand, beside which the original lies.
///
/// In the order in which they are sent to who likes several alike: the shortest first.
enum ContentCoding: String, CaseIterable, Sendable {
    case brotli = "br"
    case zstandard = "zstd"
    case gzip

    /// The end of such a file's name.
    var suffix: String {
        switch self {
        case .brotli: ".br"
        case .zstandard: ".zst"
        case .gzip: ".gz"
        }
    }
}

/// What an Accept-Encoding field says, RFC 9110 section 12.5.3.
struct AcceptedCodings {
    // Thousandths; what is not listed has what `*` has.
    private var qualities: [(name: String, quality: Int)] = []
    private var others: Int?

    /// Reads the field; members that are malformed count for nothing.
    init(_ field: String) {
        for member in field.split(separator: ",") {
            let parts = member.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
            guard let name = parts.first, !name.isEmpty else { continue }
            var quality: Int? = 1_000
            for part in parts.dropFirst() where part.hasPrefix("q=") { quality = Self.quality(part.dropFirst(2)) }
            guard let quality else { continue }
            if name == "*" { others = quality } else { qualities.append((name, quality)) }
        }
    }

    /// The best of `codings`; nil when the file as it is does better or as well as none.
    func best<T>(of codings: [T], coding: (T) -> ContentCoding) -> T? {
        var best: (value: T, quality: Int)?
        for value in codings {
            let quality = quality(of: coding(value))
            if quality > best?.quality ?? 0 { best = (value, quality) }
        }
        guard let best, best.quality >= qualityOfIdentity else { return nil }
        return best.value
    }

    private func quality(of coding: ContentCoding) -> Int {
        // The older name of the same, section 8.4.1.3.
        let own = qualities.first { $0.name == coding.rawValue || coding == .gzip && $0.name == "x-gzip" }
        return own?.quality ?? others ?? 0
    }

    // Not listed, it is acceptable and no more; a client that wants it rather than a compressed form says so.
    private var qualityOfIdentity: Int {
        qualities.first { $0.name == "identity" }?.quality ?? 0
    }

    private static func trimmed(_ text: Substring) -> String {
        let bytes = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
        let end = bytes.lastIndex { $0 != 0x20 && $0 != 0x09 }.map(bytes.index(after:)) ?? bytes.startIndex
        return String(decoding: bytes[..<end], as: UTF8.self).lowercased()
    }

    /// `0` to `1` with up to three digits behind the point, in thousandths.
    private static func quality(_ text: Substring) -> Int? {
        let digits = Array(text.utf8)
        guard let first = digits.first, first == 0x30 || first == 0x31, digits.count <= 5 else { return nil }
        var value = first == 0x31 ? 1_000 : 0
        if digits.count > 1 {
            guard digits[1] == 0x2E else { return nil }
            for (place, digit) in zip([100, 10, 1], digits.dropFirst(2)) {
                guard digit &- 0x30 < 10 else { return nil }
                value += Int(digit - 0x30) * place
            }
        }
        return value <= 1_000 ? value : nil
    }
}
