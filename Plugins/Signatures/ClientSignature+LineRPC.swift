public import DroverCore

extension ClientSignature {
    /// A client of JSON-RPC in lines: an object or an array of JSON; it gets the error -32600 without an id, in a line.
    public static var lineRPC: ClientSignature {
        ClientSignature("JSON-RPC") { bytes in
            if bytes.isEmpty { return .undecided }
            let first = bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
            return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .yes : .no
        } refusal: { spoken in
            refusal(spoken) + [0x0A]
        }
    }

    /// A client of JSON-RPC with a header before each message, as language servers have it; it gets the error -32600 behind
    /// such a header.
    public static var headerRPC: ClientSignature {
        ClientSignature("JSON-RPC with headers") { bytes in
            let likenesses = ["content-length:", "content-type:"].map { likeness(bytes, to: $0) }
            return likenesses.contains(.yes) ? .yes : likenesses.contains(.undecided) ? .undecided : .no
        } refusal: { spoken in
            let message = refusal(spoken)
            return Array("Content-Length: \(message.count)\r\n\r\n".utf8) + message
        }
    }

    /// Whether `bytes` begin with `name`, in letters of either size.
    private static func likeness(_ bytes: RawSpan, to name: StaticString) -> Likeness {
        name.withUTF8Buffer { name in
            for offset in 0..<min(bytes.byteCount, name.count) {
                let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
                guard byte &- 0x41 < 26 ? byte | 0x20 == name[offset] : byte == name[offset] else { return .no }
            }
            return bytes.byteCount < name.count ? .undecided : .yes
        }
    }

    private static func refusal(_ spoken: String) -> [UInt8] {
        let reason = "this port speaks \(spoken)" + (isOnlyWrapped(spoken) ? "" : ", not JSON-RPC")
        // A protocol's name needs no escapes; one that does goes without those characters.
        let text = reason.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\"" && $0 != "\\" }
        return Array(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"\(text)\"},\"id\":null}".utf8)
    }
}
