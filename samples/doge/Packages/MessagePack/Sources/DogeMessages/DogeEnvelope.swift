public import MessagePack

/// A message with its parts found and none of them copied: places in the bytes that it was made from.
public enum DogeEnvelope: Sendable, Equatable {
    /// A call or a notification.
    case request(Request)
    /// A reply.
    case reply(Reply)

    /// The parts of a call or a notification.
    public struct Request: Sendable, Equatable {
        /// What the reply is to be known by; nil for a notification.
        public let id: Int64?
        /// The method with its head, and its text alone.
        public let method: Range<Int>
        /// The bytes of the method's name, which were not looked at yet.
        public let methodText: Range<Int>
        /// The map of the meta; nil if there is none.
        public let meta: Range<Int>?
        /// How many arguments there are behind the meta.
        public let argumentCount: Int
        /// The arguments, one behind the other.
        public let arguments: Range<Int>
    }

    /// The parts of a reply.
    public struct Reply: Sendable, Equatable {
        /// The call's id.
        public let id: Int64
        /// The error: nil in MessagePack if there was none.
        public let error: Range<Int>
        /// The result.
        public let result: Range<Int>
    }

    /// Finds the parts of the one message that `bytes` are.
    ///
    /// - Throws: `MessagePackFault` where they are no MessagePack, `DogeEnvelopeFault` where they are no message.
    public init(_ bytes: RawSpan, maximumDepth: Int = MessagePackReader.standardDepth) throws {
        var reader = MessagePackReader(bytes, maximumDepth: maximumDepth)
        try self.init(reading: &reader)
        try reader.expectEnd()
    }

    /// Finds the parts of the message that comes next.
    ///
    /// - Throws: `MessagePackFault` where the bytes end before it or are no MessagePack; `DogeEnvelopeFault` where they are
    ///   no message, and then the reader stands somewhere within the value.
    @_lifetime(reader: copy reader)
    public init(reading reader: inout MessagePackReader) throws {
        guard case .array(let count) = try reader.readHead() else { throw DogeEnvelopeFault(reason: nil) }
        guard case .int(let kind) = count > 0 ? try reader.readHead() : .null else {
            throw DogeEnvelopeFault(reason: "a message begins with its type, 0, 1 or 2")
        }
        switch (kind, count) {
        case (0, 4):
            let id = try Self.id(&reader)
            self = .request(try Self.request(id, &reader))
        case (2, 3): self = .request(try Self.request(nil, &reader))
        case (1, 4):
            let id = try Self.id(&reader)
            let error = try reader.skipValue(within: 1)
            self = .reply(Reply(id: id, error: error, result: try reader.skipValue(within: 1)))
        case (0...2, _):
            let id = kind < 2 && count > 1 ? try? Self.id(&reader) : nil
            throw DogeEnvelopeFault(reason: "a message of type \(kind) has no \(count) parts", id: id)
        default: throw DogeEnvelopeFault(reason: "there is no message of type \(kind)")
        }
    }

    @_lifetime(reader: copy reader)
    private static func id(_ reader: inout MessagePackReader) throws -> Int64 {
        guard case .int(let id) = try reader.readHead() else {
            throw DogeEnvelopeFault(reason: "an id is a number of 64 bits")
        }
        return id
    }

    @_lifetime(reader: copy reader)
    private static func request(_ id: Int64?, _ reader: inout MessagePackReader) throws -> Request {
        let start = reader.offset
        guard case .string(let length) = try reader.readHead() else {
            throw DogeEnvelopeFault(reason: "a method is a string", id: id)
        }
        let text = try reader.readContent(length)
        guard case .array(var count) = try reader.readHead() else {
            throw DogeEnvelopeFault(reason: "arguments are an array", id: id)
        }
        var meta: Range<Int>?
        if count > 0, let map = try Self.meta(&reader) {
            meta = map
            count -= 1
        }
        let first = reader.offset
        for _ in 0..<count { try reader.skipValue(within: 2) }
        return Request(
            id: id, method: start..<text.upperBound, methodText: text, meta: meta, argumentCount: count,
            arguments: first..<reader.offset)
    }

    /// Goes past the meta, if that is what comes next.
    @_lifetime(reader: copy reader)
    private static func meta(_ reader: inout MessagePackReader) throws -> Range<Int>? {
        let start = reader.offset
        guard case .map(let count) = try reader.peekHead() else { return nil }
        var ahead = MessagePackReader(reader.bytes, from: start, maximumDepth: reader.maximumDepth)
        _ = try ahead.readHead()
        for _ in 0..<count * 2 {
            guard case .string(let length) = try ahead.readHead() else { return nil }
            _ = try ahead.readContent(length)
        }
        return try reader.skipValue(within: 2)
    }
}

/// Why a value is no message of this protocol.
public struct DogeEnvelopeFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with it; nil when it is no array at all.
    public let reason: String?
    /// The id it has all the same, to answer it with.
    public let id: Int64?

    /// A fault.
    public init(reason: String?, id: Int64? = nil) {
        self.reason = reason
        self.id = id
    }

    /// The fault as a client is told it.
    public var description: String {
        reason.map { "Invalid protocol: \($0)" } ?? "Invalid protocol"
    }
}
