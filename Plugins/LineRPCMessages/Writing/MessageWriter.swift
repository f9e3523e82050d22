import DroverBytes

/// Writes messages of JSON-RPC 2.0, one behind the other, without what frames them.
public struct MessageWriter: Sendable {
    /// What has been written.
    public var bytes: [UInt8] = []

    /// A writer with nothing written.
    public init() {}

    /// Forgets what has been written and keeps the memory, unless that is a lot.
    public mutating func clear() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 65_536)
    }

    /// Begins a reply up to its result, which comes next.
    public mutating func beginResult(id: RawSpan) {
        bytes.append("{\"jsonrpc\":\"2.0\",\"id\":")
        bytes.append(bytes: id)
        bytes.append(",\"result\":")
    }

    /// Ends what `beginResult` began.
    public mutating func end() {
        bytes.append(UInt8(ascii: "}"))
    }

    /// A reply with a result.
    public mutating func result(_ result: [UInt8], id: RawSpan) {
        beginResult(id: id)
        bytes.append(contentsOf: result)
        end()
    }

    /// A reply with an error; without an id it is for a request whose own could not be told.
    public mutating func error(_ error: RPCError, id: [UInt8]?) {
        bytes.append("{\"jsonrpc\":\"2.0\",\"id\":")
        if let id { bytes.append(contentsOf: id) } else { bytes.append("null") }
        bytes.append(",\"error\":{\"code\":")
        JSONCoding.append(number: error.code, to: &bytes)
        bytes.append(",\"message\":")
        JSONCoding.append(text: error.message, to: &bytes)
        if let data = error.data {
            bytes.append(",\"data\":")
            bytes.append(contentsOf: data.bytes)
        }
        bytes.append("}}")
    }

    /// A call, or without an id a notification; `params` are an array or object in JSON, or empty.
    public mutating func request(_ method: String, params: [UInt8], id: Int?) {
        bytes.append("{\"jsonrpc\":\"2.0\",\"method\":")
        JSONCoding.append(text: method, to: &bytes)
        if !params.isEmpty {
            bytes.append(",\"params\":")
            bytes.append(contentsOf: params)
        }
        if let id {
            bytes.append(",\"id\":")
            JSONCoding.append(number: id, to: &bytes)
        }
        end()
    }
}

extension RPCFraming {
    /// What stands before a message of `count` bytes.
    public func head(_ count: Int) -> [UInt8] {
        self == .line ? [] : Array("Content-Length: \(count)\r\n\r\n".utf8)
    }

    /// A message with what frames it.
    public func framed(_ message: [UInt8]) -> [UInt8] {
        self == .line ? message + [0x0A] : head(message.count) + message
    }
}
