import DroverBytes

/// What a proxy adds to the addresses in version 2: a type, a length and a value (TLV), as often as it likes.
struct ProxyNotes {
    private var facts = ProxyFacts()
    private var isChecked = false

    private enum Kind: UInt8 {
        case applicationProtocol = 0x01
        case authority = 0x02
        case checksum = 0x03
        case uniqueID = 0x05
        case security = 0x20
    }

    /// The parts of a note about security.
    private enum Part: UInt8 {
        case version = 0x21
        case commonName = 0x22
        case cipher = 0x23
    }

    /// What a note about security says in its first byte.
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let encrypted = Flags(rawValue: 1)
        static let certificateNow = Flags(rawValue: 2)
        static let certificateInSession = Flags(rawValue: 4)
    }

    /// Reads the notes that stand from `start` to the end of `header`.
    ///
    /// Those of kinds that are not listed here say nothing to us; of several of one kind the first counts.
    ///
    /// - Returns: What they say; nil if that is nothing.
    static func parse(_ header: RawSpan, from start: Int) throws(ProxyHeader.Mistake) -> ProxyFacts? {
        var notes = ProxyNotes()
        var reader = Reader(rest: start..<header.byteCount)
        while let note = try reader.next(header) { try notes.take(note, header) }
        return notes.facts == ProxyFacts() ? nil : notes.facts
    }

    private mutating func take(_ note: Note, _ bytes: RawSpan) throws(ProxyHeader.Mistake) {
        switch Kind(rawValue: note.kind) {
        case .applicationProtocol: note.fill(&facts.applicationProtocol, bytes)
        case .authority: note.fill(&facts.authority, bytes)
        case .uniqueID:
            guard note.value.count <= 128 else { throw .note }
            if facts.uniqueID == nil, !note.value.isEmpty {
                facts.uniqueID = Array(copying: bytes.extracting(note.value))
            }
        case .security: try takeSecurity(note, bytes)
        case .checksum:
            guard note.value.count == 4 else { throw .note }
            if isChecked { return }
            isChecked = true
            let stated = note.value.reduce(0) { $0 << 8 | UInt32(bytes.unsafeLoad(fromByteOffset: $1, as: UInt8.self)) }
            guard CRC32C.value(of: bytes, zeroing: note.value) == stated else { throw .checksum }
        case nil: break
        }
    }

    private mutating func takeSecurity(_ note: Note, _ bytes: RawSpan) throws(ProxyHeader.Mistake) {
        guard note.value.count >= 5 else { throw .note }
        let start = note.value.lowerBound
        let flags = Flags(rawValue: bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self))
        let isVerified = (1...4).allSatisfy { bytes.unsafeLoad(fromByteOffset: start + $0, as: UInt8.self) == 0 }
        var security = ProxiedSecurity()
        var commonName: String?
        var reader = Reader(rest: (start + 5)..<note.value.upperBound)
        while let part = try reader.next(bytes) {
            switch Part(rawValue: part.kind) {
            case .version: part.fill(&security.version, bytes)
            case .cipher: part.fill(&security.cipher, bytes)
            case .commonName: part.fill(&commonName, bytes)
            case nil: break
            }
        }
        guard facts.isEncrypted == nil else { return }
        facts.isEncrypted = flags.contains(.encrypted)
        guard flags.contains(.encrypted) else { return }
        // First whether there is a certificate: of one that was not shown HAProxy says that it is right, and Hitch that
        // it is wrong.
        if !flags.isDisjoint(with: [.certificateNow, .certificateInSession]) {
            security.certificate = ProxiedCertificate(
                commonName: commonName, isVerified: isVerified,
                isFromEarlierConnection: !flags.contains(.certificateNow))
        }
        facts.security = security
    }

    private struct Note {
        let kind: UInt8
        let value: Range<Int>

        /// Puts the value where it belongs, as text; an empty one says nothing, and a second one too.
        func fill(_ text: inout String?, _ bytes: RawSpan) {
            if text == nil, !value.isEmpty { text = String(decoding: bytes.extracting(value)) }
        }
    }

    /// Goes from one note to the next.
    private struct Reader {
        var rest: Range<Int>

        mutating func next(_ bytes: RawSpan) throws(ProxyHeader.Mistake) -> Note? {
            guard !rest.isEmpty else { return nil }
            guard rest.count >= 3 else { throw .note }
            let start = rest.lowerBound
            let length =
                Int(bytes.unsafeLoad(fromByteOffset: start + 1, as: UInt8.self)) << 8
                | Int(bytes.unsafeLoad(fromByteOffset: start + 2, as: UInt8.self))
            guard length <= rest.count - 3 else { throw .note }
            let end = start + 3 + length
            rest = end..<rest.upperBound
            return Note(kind: bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self), value: (start + 3)..<end)
        }
    }
}
