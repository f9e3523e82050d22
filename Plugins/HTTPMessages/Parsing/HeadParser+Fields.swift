extension HeadParser {
    /// Why reading fields has stopped.
    private enum Stop {
        case complete(byteCount: Int)
        case incomplete
        case tableFull
    }

    /// Reads fields up to the empty line that ends them.
    ///
    /// - Returns: Whether that line has come; `head.byteCount` counts up to its end then.
    mutating func parseFields(
        _ bytes: RawSpan, _ limits: HeadLimits, _ head: inout RequestHead
    ) throws(HeadRejection) -> Bool {
        while true {
            switch try scanFields(bytes, limits, &head.fields.slots, &head.fields.count, &head.meaning) {
            case .complete(let byteCount):
                head.byteCount = byteCount
                return true
            case .incomplete: return false
            case .tableFull: head.fields.grow()
            }
        }
    }

    /// Reads fields as long as there are bytes and places in the table.
    private mutating func scanFields(
        _ bytes: RawSpan, _ limits: HeadLimits, _ table: inout [FieldSlice], _ tableCount: inout Int,
        _ meaning: inout FieldFacts
    ) throws(HeadRejection) -> Stop {
        let end = bytes.byteCount
        // Everything that changes with a byte or a field lives in registers, and goes back when the bytes end.
        var phase = phase
        var offset = Int(cursor)
        var line = Int(line)
        var nameEnd = Int(nameEnd)
        var mark = Int(mark)
        var count = tableCount
        var slots = table.mutableSpan
        let room = min(slots.count, limits.fields)

        fields: while true {
            switch phase {
            case .start, .method, .target, .version, .fieldLine:
                guard offset < end else { break fields }
                if Self.byte(bytes, offset) == 0x0D {
                    guard offset &+ 1 < end else { break fields }
                    guard Self.byte(bytes, offset &+ 1) == 0x0A else { throw .bareCarriageReturn }
                    if offset &+ 2 > limits.head { throw .headSize }
                    tableCount = count
                    return .complete(byteCount: offset &+ 2)
                }
                guard count < room else {
                    if count >= limits.fields { throw .fieldCount }
                    self.phase = .fieldLine
                    cursor = UInt32(truncatingIfNeeded: offset)
                    tableCount = count
                    return .tableFull
                }
                line = offset
                phase = .fieldName
                fallthrough
            case .fieldName:
                offset = ByteScanning.firstOutsideName(in: bytes, from: offset)
                if offset >= end || Self.byte(bytes, offset) != 0x3A {
                    offset = Self.nameEnd(bytes, from: offset, &meaning)
                    guard offset < end else { break fields }
                }
                guard Self.byte(bytes, offset) == 0x3A, offset > line else {
                    throw Self.rejection(ofName: Self.byte(bytes, offset), isFirst: offset == line)
                }
                nameEnd = offset
                offset &+= 1
                phase = .fieldBlanks
                fallthrough
            case .fieldBlanks:
                // One space and then something, as nearly everybody writes it.
                if offset &+ 1 < end, Self.byte(bytes, offset) == 0x20, Self.byte(bytes, offset &+ 1) > 0x20 {
                    offset &+= 1
                } else {
                    while offset < end, Self.isBlank(Self.byte(bytes, offset)) { offset &+= 1 }
                    guard offset < end else { break fields }
                }
                mark = offset
                phase = .fieldValue
                fallthrough
            case .fieldValue:
                offset = try Self.valueEnd(bytes, from: offset)
                guard offset &+ 1 < end else { break fields }
                guard Self.byte(bytes, offset &+ 1) == 0x0A else { throw .bareCarriageReturn }
                if offset &- line > limits.fieldSize { throw .fieldSize }
            }
            let name = ByteSlice(from: line, to: nameEnd)
            let value = ByteSlice(from: mark, to: Self.trimmedEnd(bytes, from: mark, to: offset))
            slots[count] = FieldSlice(name: name, value: value)
            count &+= 1
            if isForTrailers {
                if try !FieldRules.keepsTrailer(bytes.extracting(name.range)) { count &-= 1 }
            } else if FieldRules.mayMatter(nameCount: name.count, firstLetter: Self.byte(bytes, line)) {
                try FieldRules.note(name, value, bytes, &meaning)
            }
            offset &+= 2
            phase = .fieldLine
        }
        if phase != .fieldLine, offset &- line > limits.fieldSize { throw .fieldSize }
        if end > limits.head { throw .headSize }
        self.phase = phase
        self.cursor = UInt32(truncatingIfNeeded: offset)
        self.line = UInt32(truncatingIfNeeded: line)
        self.nameEnd = UInt32(truncatingIfNeeded: nameEnd)
        self.mark = UInt32(truncatingIfNeeded: mark)
        tableCount = count
        return .incomplete
    }

    // Nearly all names are letters and dashes; a token has a dozen characters more.
    @inline(never)
    private static func nameEnd(_ bytes: RawSpan, from start: Int, _ meaning: inout FieldFacts) -> Int {
        var offset = start
        while offset < bytes.byteCount, byte(bytes, offset) != 0x3A, ByteClass.token.contains(byte(bytes, offset)) {
            if byte(bytes, offset) == 0x5F { meaning.facts.insert(.underscore) }
            offset &+= 1
        }
        return offset
    }

    /// The offset of the CR that ends a value, or the end of the bytes.
    @inline(__always)
    private static func valueEnd(_ bytes: RawSpan, from start: Int) throws(HeadRejection) -> Int {
        var offset = start
        while true {
            offset = ByteScanning.firstControl(in: bytes, from: offset)
            guard offset < bytes.byteCount else { return offset }
            let byte = byte(bytes, offset)
            if byte == 0x0D { return offset }
            guard byte == 0x09 else { throw byte == 0x0A ? .bareLineFeed : .fieldValue }
            offset &+= 1
        }
    }

    @inline(__always)
    private static func trimmedEnd(_ bytes: RawSpan, from start: Int, to end: Int) -> Int {
        var end = end
        while end > start, isBlank(byte(bytes, end &- 1)) { end &-= 1 }
        return end
    }

    private static func rejection(ofName byte: UInt8, isFirst: Bool) -> HeadRejection {
        switch byte {
        case 0x0A: .bareLineFeed
        case 0x20, 0x09: isFirst ? .folding : .fieldName
        default: .fieldName
        }
    }

    @inline(__always)
    private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool {
        // No byte of a value is below but the tab, so one question is enough nearly always.
        byte <= 0x20 && (byte == 0x20 || byte == 0x09)
    }
}
