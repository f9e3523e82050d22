/// The fields that decide how a message is read and what becomes of its connection.
enum FieldRules {
    /// Whether a field can be one of them, by the length of its name and its first letter alone.
    @inline(__always)
    static func mayMatter(nameCount: UInt32, firstLetter: UInt8) -> Bool {
        // Host, Expect, Connection, Content-Type, Content-Length, Transfer-Encoding; Forwarded, X-Forwarded-For,
        // X-Forwarded-Host, X-Forwarded-Proto.
        let lengths: UInt32 = 1 << 4 | 1 << 6 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 17
        let letters: UInt32 = 1 << 3 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 20 | 1 << 24
        return nameCount < 32 && lengths >> nameCount & letters >> UInt32(firstLetter & 0x1F) & 1 != 0
    }

    /// Takes the meaning of a field into `meaning`.
    static func note(
        _ name: ByteSlice, _ value: ByteSlice, _ bytes: RawSpan, _ meaning: inout FieldFacts
    ) throws(HeadRejection) {
        let start = Int(name.start)
        switch name.count {
        case 4 where half(bytes, start) == 0x7473_6F68:
            if meaning.facts.contains(.host) { throw .hostRepeated }
            meaning.facts.insert(.host)
            meaning.host = value
        case 6 where half(bytes, start) == 0x6570_7865 && half(bytes, start + 2) == 0x7463_6570:
            let isContinue = FoldedBytes.equal(bytes.extracting(value.range), "100-continue")
            meaning.facts.insert(isContinue ? .expectsContinue : .expectsOther)
        case 10 where word(bytes, start) == 0x6974_6365_6E6E_6F63 && half(bytes, start + 6) == 0x6E6F_6974:
            noteConnection(bytes.extracting(value.range), &meaning)
        case 12 where word(bytes, start) == 0x2D74_6E65_746E_6F63 && half(bytes, start + 8) == 0x6570_7974:
            if meaning.facts.contains(.contentType) { throw .contentTypeRepeated }
            meaning.facts.insert(.contentType)
        case 14 where word(bytes, start) == 0x2D74_6E65_746E_6F63 && word(bytes, start + 6) == 0x6874_676E_656C_2D74:
            if meaning.facts.contains(.contentLength) { throw .contentLengthRepeated }
            meaning.facts.insert(.contentLength)
            meaning.contentLength = try contentLength(bytes.extracting(value.range))
        case 17 where FoldedBytes.equal(bytes.extracting(name.range), "transfer-encoding"):
            if meaning.facts.contains(.chunked) { throw .transferEncoding }
            try TransferCodings.check(bytes.extracting(value.range))
            meaning.facts.insert(.chunked)
        case 9, 15, 16, 17:
            if ForwardedField(bytes.extracting(name.range)) != nil { meaning.facts.insert(.forwarded) }
        default: break
        }
    }

    /// Refuses what must not come behind a body.
    ///
    /// - Returns: Whether the field counts at all.
    static func keepsTrailer(_ name: RawSpan) throws(HeadRejection) -> Bool {
        let rule = TrailerRule(name)
        if rule == .refused { throw .trailerName }
        return rule == .kept
    }

    private static func noteConnection(_ value: RawSpan, _ meaning: inout FieldFacts) {
        // What nearly all clients send, when they send anything.
        if value.byteCount == 10, word(value, 0) == 0x696C_612D_7065_656B, half(value, 6) == 0x6576_696C {
            meaning.facts.insert(.keepsAlive)
        } else {
            noteOptions(value, &meaning)
        }
    }

    private static func noteOptions(_ value: RawSpan, _ meaning: inout FieldFacts) {
        var start = 0
        for offset in 0...value.byteCount {
            guard offset == value.byteCount || value.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == 0x2C else {
                continue
            }
            let option = FoldedBytes.trimmed(value.extracting(start..<offset))
            start = offset + 1
            switch option.byteCount {
            case 5 where FoldedBytes.equal(option, "close"): meaning.facts.insert(.closes)
            case 10 where FoldedBytes.equal(option, "keep-alive"): meaning.facts.insert(.keepsAlive)
            case 7 where FoldedBytes.equal(option, "upgrade"): meaning.facts.insert(.upgrades)
            default: break
            }
        }
    }

    /// Digits and nothing else; what 63 bits cannot hold is refused here, what is merely too much later.
    static func contentLength(_ value: RawSpan) throws(HeadRejection) -> Int {
        guard !value.isEmpty else { throw .contentLength }
        var length = 0
        for offset in value.byteOffsets {
            let digit = value.unsafeLoad(fromByteOffset: offset, as: UInt8.self) &- 0x30
            guard digit < 10 else { throw .contentLength }
            let (tens, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = tens.addingReportingOverflow(Int(digit))
            guard !isTooLarge, !isOver else { throw .contentLength }
            length = sum
        }
        return length
    }

    /// Four letters in lower case; only letters and `-` become what they are compared with.
    @inline(__always)
    private static func half(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)) | 0x2020_2020
    }

    /// Eight letters in lower case.
    @inline(__always)
    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)) | 0x2020_2020_2020_2020
    }
}
