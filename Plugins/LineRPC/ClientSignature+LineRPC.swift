internal import DroverCore

extension ClientSignature {
    /// An object or an array of JSON; such a client gets an error for a request that nobody could read.
    static var lineRPC: ClientSignature {
        ClientSignature("JSON-RPC") { bytes in
            for offset in bytes.byteOffsets {
                switch bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) {
                case UInt8(ascii: "{"), UInt8(ascii: "["): return .yes
                case 0x20, 0x09, 0x0A, 0x0D: continue
                default: return .no
                }
            }
            return .undecided
        } refusal: { spoken in
            let text = JSONText.string("this port speaks \(spoken), not JSON-RPC")
            return Array("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\(text)},\"id\":null}\n".utf8)
        }
    }
}
