public import MessagePack

/// A call, or a notification: what a client sends.
///
/// On the wire `[0, id, method, [meta, argument…]]`, and `[2, method, [meta, argument…]]` for a notification. Where the
/// first of the array is no map whose keys and values are all texts, there is no meta and the arguments begin at once.
public struct DogeRequest: Sendable, Equatable {
    /// What the reply is to be known by; nil for a notification, which has none.
    public var id: Int64?
    /// The method.
    public var method: String
    /// What travels with the call without being an argument, such as `traceparent`.
    public var meta: [String: String]
    /// The arguments.
    public var arguments: [MessagePackValue]

    /// A request.
    public init(
        id: Int64? = nil, method: String, meta: [String: String] = [:], arguments: [MessagePackValue] = []
    ) {
        self.id = id
        self.method = method
        self.meta = meta
        self.arguments = arguments
    }

    /// The request in bytes.
    public var encoded: [UInt8] {
        var writer = MessagePackWriter()
        writer.beginRequest(id: id, method: method, meta: meta, argumentCount: arguments.count)
        for argument in arguments { writer.write(argument) }
        return writer.bytes
    }

    /// The request that `bytes` are.
    ///
    /// - Throws: `MessagePackFault` where they are no MessagePack, `DogeEnvelopeFault` where they are another message.
    public init(decoding bytes: [UInt8]) throws {
        let message = bytes.span.bytes
        let envelope = try DogeEnvelope(message)
        guard case .request(let request) = envelope else { throw DogeEnvelopeFault(reason: "this is no request") }
        var reader = MessagePackReader(message, from: request.method.lowerBound)
        method = try reader.readString()
        id = request.id
        meta = try request.meta.map { try DogeRequest.meta(message.extracting($0)) } ?? [:]
        arguments = []
        reader = MessagePackReader(message, from: request.arguments.lowerBound)
        for _ in 0..<request.argumentCount { arguments.append(try reader.readValue()) }
    }

    /// The meta that `bytes` are, which are a map of texts to texts; of two with one name the last counts.
    ///
    /// - Throws: `MessagePackFault` for anything else.
    public static func meta(_ bytes: RawSpan) throws(MessagePackFault) -> [String: String] {
        var reader = MessagePackReader(bytes)
        var meta: [String: String] = [:]
        for _ in 0..<(try reader.readMap()) {
            let name = try reader.readString()
            meta[name] = try reader.readString()
        }
        return meta
    }
}
