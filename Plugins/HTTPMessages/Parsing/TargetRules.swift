/// Which form of target a method takes, RFC 9112 section 3.2.
enum TargetRules {
    /// Notes the form of the target in `head`, whose method and target are known.
    @inline(__always)
    static func check(_ head: inout RequestHead, _ bytes: RawSpan) throws(HeadRejection) {
        let first = bytes.unsafeLoad(fromByteOffset: Int(head.target.start), as: UInt8.self)
        if first == 0x2F, head.methodCode != .connect {
            head.form = .origin
        } else {
            head.form = try form(of: bytes.extracting(head.target.range), for: head.methodCode)
        }
    }

    private static func form(of target: RawSpan, for method: MethodCode) throws(HeadRejection) -> TargetForm {
        if method == .connect {
            guard HostRules.isAuthority(target, needsPort: true) else { throw .targetForm }
            return .authority
        }
        if target.byteCount == 1, target.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == 0x2A {
            guard method == .options else { throw .targetForm }
            return .asterisk
        }
        guard isAbsolute(target) else { throw .targetForm }
        return .absolute
    }

    /// `scheme://authority`, then nothing, a path or a query.
    private static func isAbsolute(_ target: RawSpan) -> Bool {
        func byte(_ offset: Int) -> UInt8 { target.unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
        func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
        guard isLetter(byte(0)) else { return false }
        var offset = 1
        while offset < target.byteCount, byte(offset) != 0x3A {
            let character = byte(offset)
            let isDigit = character &- 0x30 < 10
            // RFC 3986 section 3.1: + - . besides.
            guard isLetter(character) || isDigit || [0x2B, 0x2D, 0x2E].contains(character) else { return false }
            offset += 1
        }
        guard offset + 3 < target.byteCount, byte(offset + 1) == 0x2F, byte(offset + 2) == 0x2F else { return false }
        let start = offset + 3
        var end = start
        while end < target.byteCount, byte(end) != 0x2F, byte(end) != 0x3F { end += 1 }
        return HostRules.isAuthority(target.extracting(start..<end))
    }
}
