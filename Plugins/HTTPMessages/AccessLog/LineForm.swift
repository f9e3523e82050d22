import DroverBytes

/// How values are written into a line such that nothing a peer sent can end its place.
enum LineForm {
    /// Text: quotes, backslashes, control bytes and all that is not ASCII become `\"`, `\\` and `\xHH`.
    case plain
    /// JSON, RFC 8259.
    case object

    /// Appends a number.
    func append(_ number: Int, to line: inout [UInt8]) {
        line.append(contentsOf: String(number).utf8)
    }

    /// Appends a text; one that is missing is `-`, or null in JSON.
    func append(_ text: String?, whenMissing: String = "-", to line: inout [UInt8]) {
        guard let text else {
            line.append(contentsOf: (self == .plain ? whenMissing : "null").utf8)
            return
        }
        append(sound: text.utf8Span.span.bytes, to: &line)
    }

    /// Appends octets from a peer, which need not be UTF-8: octet by octet, or in JSON as text.
    func append(octets: RawSpan, to line: inout [UInt8]) {
        if self == .object { append(String(octets: octets), to: &line) } else { append(sound: octets, to: &line) }
    }

    /// The same for an array; one that is missing is `-`, or null in JSON.
    func append(octets: [UInt8]?, to line: inout [UInt8]) {
        if let octets { append(octets: octets.span.bytes, to: &line) } else { append(nil, to: &line) }
    }

    /// Appends bytes that this form can have, once those with a meaning are escaped.
    private func append(sound bytes: RawSpan, to line: inout [UInt8]) {
        if self == .object { line.append(0x22) }
        let start = line.count
        line.append(bytes: bytes)
        if let first = line[start...].firstIndex(where: isUnsafe) {
            let rest = Array(line[first...])
            line.removeSubrange(first...)
            for byte in rest { escape(byte, to: &line) }
        }
        if self == .object { line.append(0x22) }
    }

    private func isUnsafe(_ byte: UInt8) -> Bool {
        if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F { return true }
        // JSON gets only UTF-8 here, which it can hold as it is.
        return self == .plain && byte >= 0x80
    }

    private func escape(_ byte: UInt8, to line: inout [UInt8]) {
        guard isUnsafe(byte) else { return line.append(byte) }
        switch (byte, self) {
        case (0x22, _), (0x5C, _): line += [0x5C, byte]
        case (_, .plain): line += [0x5C, 0x78, Self.digit(byte >> 4), Self.digit(byte & 15)]
        case (_, .object): line += [0x5C, 0x75, 0x30, 0x30, Self.digit(byte >> 4), Self.digit(byte & 15)]
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
