import DroverBytes

/// What one proxy says in `Forwarded`, RFC 7239 section 4; only what matters here.
struct ForwardedElement: Equatable {
    // Four names are registered. Each is compared with those before it, so a client must not bring hundreds.
    private static let mostNames = 16

    /// Which node asked it, as it was written.
    var node: [UInt8]?
    /// The scheme it was asked by.
    var scheme: [UInt8]?
    /// The host it was asked for.
    var host: [UInt8]?

    /// The elements of one field's value; nil if it breaks the grammar.
    static func parse(_ value: RawSpan) -> [ForwardedElement]? {
        var reader = Reader(value)
        var elements: [ForwardedElement] = []
        var element = ForwardedElement()
        var names: [[UInt8]] = []
        while true {
            reader.skipBlanks()
            if let name = reader.token() {
                // RFC 7239 section 4: blanks are not allowed around the equals sign, and no name comes twice.
                let folded = name.map(FoldedBytes.lower)
                guard reader.take(0x3D), let value = reader.value(), !names.contains(folded), names.count < mostNames
                else { return nil }
                names.append(folded)
                switch folded {
                case Array("for".utf8): element.node = value
                case Array("proto".utf8): element.scheme = value
                case Array("host".utf8): element.host = value
                default: break
                }
            }
            reader.skipBlanks()
            if reader.take(0x3B) { continue }
            if !names.isEmpty { elements.append(element) }
            element = ForwardedElement()
            names = []
            if reader.isAtEnd { return elements }
            guard reader.take(0x2C) else { return nil }
        }
    }

    /// Goes through a value from left to right.
    private struct Reader: ~Escapable {
        private let bytes: RawSpan
        private var offset = 0

        @_lifetime(copy bytes)
        init(_ bytes: RawSpan) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { offset == bytes.byteCount }

        private var next: UInt8? {
            isAtEnd ? nil : bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            offset += 1
            return true
        }

        mutating func skipBlanks() {
            while let byte = next, FoldedBytes.isBlank(byte) { offset += 1 }
        }

        mutating func token() -> [UInt8]? {
            let start = offset
            while let byte = next, ByteClass.token.contains(byte) { offset += 1 }
            return offset > start ? text(from: start) : nil
        }

        private mutating func unquoted() -> [UInt8] {
            let start = offset
            while let byte = next, ByteClass.token.contains(byte) || [0x3A, 0x5B, 0x5D].contains(byte) { offset += 1 }
            return text(from: start)
        }

        private func text(from start: Int) -> [UInt8] {
            var text: [UInt8] = []
            text.append(bytes: bytes.extracting(start..<offset))
            return text
        }

        /// What a name stands for; nil for a quote that does not end.
        ///
        /// Without quotes it may be empty, and have the colons and brackets of a host or an address: routers are told to
        /// write `for=%[src];host=%[req.hdr(host)]`, and nothing else can be meant.
        mutating func value() -> [UInt8]? {
            guard take(0x22) else { return unquoted() }
            var text: [UInt8] = []
            while let byte = next {
                offset += 1
                if byte == 0x22 { return text }
                guard byte == 0x5C else {
                    text.append(byte)
                    continue
                }
                guard let escaped = next else { return nil }
                offset += 1
                text.append(escaped)
            }
            return nil
        }
    }
}
