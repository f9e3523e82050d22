package import DroverCore

extension ClientSignature {
    /// A packet of variables; such a client, which is nginx, passes a 502 on to whoever asked.
    package static var uwsgi: ClientSignature {
        ClientSignature("uwsgi") { bytes in
            if bytes.byteCount > 0, bytes.unsafeLoad(fromUncheckedByteOffset: 0, as: UInt8.self) != 0 { return .no }
            // The size of the packet, the length of the first variable's name and its first letter.
            guard bytes.byteCount >= 7 else { return .undecided }
            let size = UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 1, as: UInt16.self))
            let length = UInt16(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 4, as: UInt16.self))
            let letter = bytes.unsafeLoad(fromUncheckedByteOffset: 6, as: UInt8.self)
            return length > 0 && Int(length) + 4 <= Int(size) && letter &- 0x41 < 26 ? .yes : .no
        } refusal: { spoken in
            PlainReply.bytes(
                "502 Bad Gateway",
                "This port speaks \(spoken), not uwsgi: nginx has to reach it otherwise than by uwsgi_pass.\n")
        }
    }
}
