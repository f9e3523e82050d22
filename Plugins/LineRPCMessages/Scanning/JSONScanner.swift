import DroverBytes

/// Walks over JSON without making anything of it: checks the grammar of RFC 8259, the UTF-8 in it and how deep it goes.
///
/// It says where values begin and end. What they mean is left to a decoder, which therefore never sees malformed text,
/// nor one that is nested so deep that it costs a stack.
public struct JSONScanner: Sendable {
    /// What holds other values.
    public enum Container: Sendable {
        /// Values in order, in square brackets.
        case array
        /// Members with names, in curly brackets.
        case object
    }

    /// The offset of the byte that is looked at next.
    public var offset: Int
    /// How many arrays and objects are open around it.
    public private(set) var depth = 0
    private let maximumDepth: Int
    private var kinds = NestingKinds()

    /// The deepest nesting that can be allowed.
    public static let deepest = NestingKinds.capacity

    /// A scanner that begins at `offset` and goes at most `maximumDepth` deep.
    public init(at offset: Int = 0, maximumDepth: Int) {
        self.offset = offset
        self.maximumDepth = min(maximumDepth, Self.deepest)
    }

    /// Goes past the value that begins here, after any space, and returns where it lies.
    @discardableResult
    public mutating func skipValue(_ bytes: RawSpan) throws(JSONFault) -> Range<Int> {
        skipSpace(bytes)
        let start = offset
        let base = depth
        while true {
            var isWhole = true
            switch try next(bytes) {
            case UInt8(ascii: "{"):
                try open(.object)
                if try !closes(bytes, UInt8(ascii: "}")) {
                    try skipKey(bytes)
                    isWhole = false
                }
            case UInt8(ascii: "["):
                try open(.array)
                if try !closes(bytes, UInt8(ascii: "]")) { isWhole = false }
            case UInt8(ascii: "\""): try skipText(bytes)
            case UInt8(ascii: "t"): try skipWord("true", bytes)
            case UInt8(ascii: "f"): try skipWord("false", bytes)
            case UInt8(ascii: "n"): try skipWord("null", bytes)
            default: try skipNumber(bytes)
            }
            if isWhole, try closeWhatEnds(bytes, downTo: base) { return start..<offset }
            skipSpace(bytes)
        }
    }

    /// Goes past what ends behind a value, and the comma before the next one; true when `base` is reached.
    private mutating func closeWhatEnds(_ bytes: RawSpan, downTo base: Int) throws(JSONFault) -> Bool {
        while depth > base {
            skipSpace(bytes)
            let byte = try next(bytes)
            switch (byte, kinds[depth - 1]) {
            case (UInt8(ascii: ","), let kind):
                offset &+= 1
                if kind == .object {
                    skipSpace(bytes)
                    try skipKey(bytes)
                }
                return false
            case (UInt8(ascii: "}"), .object), (UInt8(ascii: "]"), .array):
                offset &+= 1
                depth &-= 1
            default: throw .unexpected(at: offset)
            }
        }
        return true
    }

    // MARK: Steps, also for those who look into a value

    /// Goes past the space that may stand between any two tokens.
    @inline(__always)
    public mutating func skipSpace(_ bytes: RawSpan) {
        while offset < bytes.byteCount {
            let byte = bytes.byte(offset)
            guard byte <= 0x20 else { return }
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09: offset &+= 1
            default: return
            }
        }
    }

    /// The byte that stands here.
    @inline(__always)
    public func next(_ bytes: RawSpan) throws(JSONFault) -> UInt8 {
        guard offset < bytes.byteCount else { throw .unfinished }
        return bytes.byte(offset)
    }

    /// Goes into an array or object whose bracket stands here.
    @inline(__always)
    public mutating func open(_ kind: Container) throws(JSONFault) {
        guard depth < maximumDepth else { throw .tooDeep(limit: maximumDepth) }
        kinds[depth] = kind
        depth &+= 1
        offset &+= 1
    }

    /// Goes out of an array or object if `bracket`, which ends it, stands here after any space.
    @inline(__always)
    public mutating func closes(_ bytes: RawSpan, _ bracket: UInt8) throws(JSONFault) -> Bool {
        skipSpace(bytes)
        guard try next(bytes) == bracket else { return false }
        offset &+= 1
        depth &-= 1
        return true
    }

    /// Goes past `byte`, which must stand here after any space.
    @inline(__always)
    public mutating func expect(_ byte: UInt8, _ bytes: RawSpan) throws(JSONFault) {
        skipSpace(bytes)
        guard try next(bytes) == byte else { throw .unexpected(at: offset) }
        offset &+= 1
    }

    /// Goes past the name of a member and its colon, and returns the name.
    @discardableResult
    public mutating func skipKey(_ bytes: RawSpan) throws(JSONFault) -> JSONTextRange {
        let key = try skipText(bytes)
        try expect(UInt8(ascii: ":"), bytes)
        return key
    }

    /// Sees to it that nothing but space is left.
    public mutating func expectEnd(_ bytes: RawSpan) throws(JSONFault) {
        skipSpace(bytes)
        if offset < bytes.byteCount { throw .trailing(at: offset) }
    }

    private mutating func skipWord(_ word: StaticString, _ bytes: RawSpan) throws(JSONFault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset < bytes.byteCount else { throw .unfinished }
            guard bytes.byte(offset) == word.byte(index) else { throw .unexpected(at: offset) }
            offset &+= 1
        }
    }

    private mutating func skipNumber(_ bytes: RawSpan) throws(JSONFault) {
        if bytes.byte(offset) == UInt8(ascii: "-") { offset &+= 1 }
        if try next(bytes) == UInt8(ascii: "0") { offset &+= 1 } else { try skipDigits(bytes) }
        if offset < bytes.byteCount, bytes.byte(offset) == UInt8(ascii: ".") {
            offset &+= 1
            try skipDigits(bytes)
        }
        guard offset < bytes.byteCount, bytes.byte(offset) | 0x20 == UInt8(ascii: "e") else { return }
        offset &+= 1
        let sign = try next(bytes)
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset &+= 1 }
        try skipDigits(bytes)
    }

    private mutating func skipDigits(_ bytes: RawSpan) throws(JSONFault) {
        guard try next(bytes) &- 0x30 < 10 else { throw .unexpected(at: offset) }
        repeat { offset &+= 1 } while offset < bytes.byteCount && bytes.byte(offset) &- 0x30 < 10
    }
}
