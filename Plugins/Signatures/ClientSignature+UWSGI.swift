public import DroverCore

extension ClientSignature {
    /// A client of uwsgi: a packet, of variables most likely; it gets a 502, which nginx passes on to its own client.
    public static var uwsgi: ClientSignature {
        ClientSignature("uwsgi") { bytes in
            // What a packet is stands first, and is small; then come its size and a byte that means nothing here.
            if bytes.byteCount > 0, bytes.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self) >= 0x20 { return .no }
            guard bytes.byteCount >= 4 else { return .undecided }
            let size = Int(number(bytes, at: 1))
            if size == 0 { return .yes }
            // The length of the first variable's name, which is never long, and its first letter.
            guard bytes.byteCount >= 6 else { return .undecided }
            let length = Int(number(bytes, at: 4))
            guard 1...255 ~= length, length + 4 <= size else { return .no }
            guard bytes.byteCount >= 7 else { return .undecided }
            return isLetter(bytes.unsafeLoad(fromUncheckedByteOffset: 6, as: UInt8.self)) ? .yes : .no
        } refusal: { spoken in
            PlainReply.bytes(
                "502 Bad Gateway",
                isOnlyWrapped(spoken)
                    ? "This port speaks TLS: nginx reaches it by 'uwsgi_pass suwsgi://'.\n"
                    : "This port speaks \(spoken), not uwsgi: nginx has to reach it otherwise than by uwsgi_pass.\n")
        }
    }

    private static func number(_ bytes: RawSpan, at offset: Int) -> UInt16 {
        UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// Whether a variable's name may begin with `byte`.
    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
    }
}
