/// Reads the head of a request, RFC 9112 sections 2 to 6, from bytes that may come in any pieces.
///
/// It is fed the same bytes again with more behind them and goes on where it stopped, so no byte is looked at twice.
/// It keeps places only; the bytes stay where they are. It is stricter than the RFC has to be: whatever two servers could
/// read in two ways is refused, docs/HTTP.md lists the rules.
public struct HeadParser: Sendable {
    /// What comes next at ``cursor``.
    enum Phase: UInt8, Sendable {
        case start, method, target, version, fieldLine, fieldName, fieldBlanks, fieldValue
    }

    var phase = Phase.start
    /// Whether an empty line came before the request line, as some clients send after a body.
    private var isAfterEmptyLine = false
    /// Whether the fields follow a chunked body.
    let isForTrailers: Bool
    /// The first byte that was not looked at yet.
    var cursor: UInt32 = 0
    /// Where the line begins.
    var line: UInt32 = 0
    /// Where the part of the line begins that is being read: the target, the field's value.
    var mark: UInt32 = 0
    /// Where the field's name ends.
    var nameEnd: UInt32 = 0

    /// A parser that waits for a request.
    public init() {
        isForTrailers = false
    }

    /// A parser that waits for the fields after a chunked body.
    public init(forTrailers: Void) {
        isForTrailers = true
        phase = .fieldLine
    }

    /// Reads on in `bytes`, which begin where the head does.
    ///
    /// - Returns: Whether the head is complete; it is `head.byteCount` bytes long then, and the parser is ready for
    ///   the next one.
    /// - Throws: What is wrong with the head; nothing behind it can be read then, as its end is not known.
    public mutating func parse(
        _ bytes: RawSpan, limits: HeadLimits, into head: inout RequestHead
    ) throws(HeadRejection) -> Bool {
        while true {
            switch phase {
            case .start:
                guard try parseStart(bytes) else { return false }
            case .method:
                guard try parseMethod(bytes, limits, &head) else { return false }
            case .target:
                guard try parseTarget(bytes, limits, &head) else { return false }
            case .version:
                guard try parseVersion(bytes, limits, &head) else { return false }
            case .fieldLine, .fieldName, .fieldBlanks, .fieldValue:
                guard try parseFields(bytes, limits, &head) else { return false }
                if !isForTrailers { try HeadRules.check(&head, bytes, limits) }
                self = isForTrailers ? HeadParser(forTrailers: ()) : HeadParser()
                return true
            }
        }
    }

    /// Skips one empty line and knows TLS when it sees it.
    private mutating func parseStart(_ bytes: RawSpan) throws(HeadRejection) -> Bool {
        let start = Int(cursor)
        guard start < bytes.byteCount else { return false }
        switch bytes.unsafeLoad(fromUncheckedByteOffset: start, as: UInt8.self) {
        case 0x0D where !isAfterEmptyLine:
            guard start + 1 < bytes.byteCount else { return false }
            guard bytes.unsafeLoad(fromUncheckedByteOffset: start + 1, as: UInt8.self) == 0x0A else {
                throw .bareCarriageReturn
            }
            isAfterEmptyLine = true
            cursor += 2
            line = cursor
            return true
        case 0x0A: throw .bareLineFeed
        // A handshake record, version 3.
        case 0x16: throw .handshake
        default:
            phase = .method
            return true
        }
    }
}
