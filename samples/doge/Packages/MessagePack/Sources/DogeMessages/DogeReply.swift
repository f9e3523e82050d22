public import MessagePack

/// The reply to a call: what a server sends.
///
/// On the wire `[1, id, error, result]`. An error is never an empty text, which old clients would take for none.
public struct DogeReply: Sendable, Equatable {
    /// The call's id; -1 where the server could not read it.
    public var id: Int64
    /// What went wrong; nil if nothing did.
    public var error: String?
    /// The result; nil in MessagePack where there is an error.
    public var result: MessagePackValue

    /// A reply.
    public init(id: Int64, error: String? = nil, result: MessagePackValue = .null) {
        self.id = id
        self.error = error
        self.result = result
    }

    /// The reply in bytes.
    public var encoded: [UInt8] {
        var writer = MessagePackWriter()
        if let error {
            writer.writeReply(id: id, error: error)
        } else {
            writer.beginReply(id: id)
            writer.write(result)
        }
        return writer.bytes
    }

    /// The reply that `bytes` are.
    ///
    /// - Throws: `MessagePackFault` where they are no MessagePack, `DogeEnvelopeFault` where they are another message.
    public init(decoding bytes: [UInt8]) throws {
        let message = bytes.span.bytes
        guard case .reply(let reply) = try DogeEnvelope(message) else {
            throw DogeEnvelopeFault(reason: "this is no reply")
        }
        id = reply.id
        var reader = MessagePackReader(message, from: reply.error.lowerBound)
        switch try reader.peekHead() {
        case .null: error = nil
        case .string: error = try reader.readString()
        // Other servers of this protocol send errors of other kinds as well.
        default: error = "\(try reader.readValue())"
        }
        reader = MessagePackReader(message, from: reply.result.lowerBound)
        result = try reader.readValue()
    }
}
