package import DroverCore

extension ClientSignature {
    /// An object or an array of JSON; such a client gets an error for a request that nobody could read.
    package static var lineRPC: ClientSignature {
        ClientSignature("JSON-RPC") { bytes in
            if bytes.isEmpty { return .undecided }
            let first = bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
            return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .yes : .no
        } refusal: { spoken in
            refusal(spoken) + [0x0A]
        }
    }

    /// The header that language servers and their clients put before each message; such a client gets the same error
    /// behind a header.
    package static var headerRPC: ClientSignature {
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
        let text = JSONText.string(reason)
        return Array("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\(text)},\"id\":null}".utf8)
    }
}
