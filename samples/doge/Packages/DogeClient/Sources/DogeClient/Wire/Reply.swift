internal import DogeMessages
internal import MessagePack

/// A reply, as it came over a connection: `[1, id, error, result]`.
struct Reply: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        /// The result, still in MessagePack.
        case result([UInt8])
        /// The server's error.
        case refused(String)
    }

    let id: Int64
    let content: Content

    init(id: Int64, content: Content) {
        self.id = id
        self.content = content
    }

    /// Reads one message.
    ///
    /// - Throws: `MessagePackFault` or `DogeEnvelopeFault` if it is no reply.
    init(_ message: RawSpan) throws {
        guard case .reply(let reply) = try DogeEnvelope(message) else {
            throw DogeEnvelopeFault(reason: "a server sends replies and nothing else", id: nil)
        }
        id = reply.id
        var reader = MessagePackReader(message, from: reply.error.lowerBound)
        switch try reader.readValue() {
        case .null: content = .result(reader.bytes(at: reply.result))
        // mprpc sends an empty error when an exception has no text; it is none the less an error.
        case .string(let text): content = .refused(text.isEmpty ? "the server names no reason" : text)
        case let other: content = .refused("\(other)")
        }
    }
}
