internal import DogeMessages
internal import MessagePack

/// The arguments of a call in MessagePack, one behind the other.
struct EncodedArguments: Sendable, Equatable {
    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    /// Encodes arguments of any types.
    init<each Argument: Encodable>(_ arguments: repeat each Argument) throws {
        var writer = MessagePackWriter()
        var count = 0
        for argument in repeat each arguments {
            try MessagePackEncoder.encode(argument, into: &writer)
            count += 1
        }
        self.count = count
        bytes = writer.bytes
    }

    /// Encodes plain values.
    init(values: [MessagePackValue]) {
        var writer = MessagePackWriter()
        for value in values { writer.write(value) }
        count = values.count
        bytes = writer.bytes
    }
}

/// A call as it is sent, except for the number that it gets on its connection.
struct EncodedCall: Sendable {
    let method: String
    let meta: [String: String]
    let arguments: EncodedArguments

    /// The bytes of a call with a number, or of a notification without.
    func message(id: Int64?) -> [UInt8] {
        var writer = MessagePackWriter()
        writer.beginRequest(id: id, method: method, meta: meta, argumentCount: arguments.count)
        writer.write(encoded: arguments.bytes.span.bytes)
        return writer.bytes
    }
}
