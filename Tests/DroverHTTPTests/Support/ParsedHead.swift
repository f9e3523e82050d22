@testable import DroverHTTPMessages

/// How bytes arrive: the test's place of the network.
enum Delivery: CaseIterable {
    case whole
    case byteByByte

    /// The lengths of what has arrived, one after the other.
    func lengths(_ count: Int) -> [Int] {
        switch self {
        case .whole: [count]
        case .byteByByte: Array(1...max(count, 1))
        }
    }
}

/// What the parser makes of a head, as text that a test can compare.
struct ParsedHead: Equatable {
    var method: String
    var target: String
    var version: HTTPVersion
    var fields: [String]
    var byteCount: Int
    var contentLength: Int
    var facts: UInt16

    init(_ head: RequestHead, _ bytes: [UInt8]) {
        func text(_ slice: ByteSlice) -> String { String(decoding: bytes[slice.range], as: UTF8.self) }
        method = text(head.method)
        target = text(head.target)
        version = head.version
        fields = head.fields.map { "\(text($0.name))=\(text($0.value))" }
        byteCount = head.byteCount
        contentLength = head.contentLength
        facts = head.facts.rawValue
    }

    /// Parses `bytes` as they arrive in pieces that end at `lengths`.
    ///
    /// - Returns: The head, nil if the bytes end before it does.
    static func parse(
        _ bytes: [UInt8], lengths: [Int], limits: HeadLimits = HeadLimits()
    ) -> Result<ParsedHead?, HeadRejection> {
        var parser = HeadParser()
        var head = RequestHead()
        do {
            for length in lengths {
                let received = bytes.span.bytes.extracting(0..<length)
                if try parser.parse(received, limits: limits, into: &head) { return .success(ParsedHead(head, bytes)) }
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    /// Parses `text` in one piece.
    static func parse(_ text: String, limits: HeadLimits = HeadLimits()) -> Result<ParsedHead?, HeadRejection> {
        let bytes = Array(text.utf8)
        return parse(bytes, lengths: [bytes.count], limits: limits)
    }

    /// Parses `text` whole, byte by byte, and cut in two at every place.
    ///
    /// - Returns: The outcomes that differ from the one for the whole text, with how the text was cut.
    static func disagreements(_ text: String, limits: HeadLimits = HeadLimits()) -> [String] {
        let bytes = Array(text.utf8)
        let expected = parse(bytes, lengths: [bytes.count], limits: limits)
        var deliveries = Delivery.allCases.map { ("\($0)", $0.lengths(bytes.count)) }
        deliveries += bytes.indices.dropFirst().map { ("cut at \($0)", [$0, bytes.count]) }
        return deliveries.compactMap { name, lengths in
            let outcome = parse(bytes, lengths: lengths, limits: limits)
            return outcome == expected ? nil : "\(name): \(outcome) instead of \(expected)"
        }
    }
}
