package import DroverCore

extension ClientSignature {
    /// An object or an array of JSON; such a client gets an error for a request that nobody could read.
    package static var lineRPC: ClientSignature {
        ClientSignature("JSON-RPC") { bytes in
            if bytes.isEmpty { return .undecided }
            let first = bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
            return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .yes : .no
        } refusal: { spoken in
            let text = JSONText.string("this port speaks \(spoken), not JSON-RPC")
            return Array("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\(text)},\"id\":null}\n".utf8)
        }
    }
}
