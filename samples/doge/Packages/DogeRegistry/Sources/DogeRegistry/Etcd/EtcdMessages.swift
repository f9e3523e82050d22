internal import FoundationEssentials

// The JSON that etcd's gateway takes and gives: 64-bit numbers are texts, bytes are base 64, and what is zero or empty is
// left out.

/// Bytes as base 64.
struct Base64Text: Codable, Sendable, Equatable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    init(from decoder: any Decoder) throws {
        let coded = try decoder.singleValueContainer().decode(String.self)
        guard let data = Data(base64Encoded: coded) else {
            throw EtcdError.nonsense("a key or value that is not in base 64")
        }
        // Anybody may put anything into etcd: one entry that is no text must not hide all others.
        text = String(decoding: data, as: UTF8.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(text.utf8).base64EncodedString())
    }
}

/// A 64-bit number as text.
struct LongText: Codable, Sendable, Equatable {
    let value: Int64

    init(_ value: Int64) {
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Int64(text) else { throw EtcdError.nonsense("'\(text)' is not a number") }
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(value))
    }
}

struct LeaseRequest: Encodable {
    var TTL: LongText?
    var ID: LongText?
}

struct LeaseReply: Decodable {
    var ID: LongText?
    /// Absent when the lease is unknown.
    var TTL: LongText?
}

struct PutRequest: Encodable {
    var key: Base64Text
    var value: Base64Text
    var lease: LongText
}

struct RangeRequest: Encodable {
    var key: Base64Text
    var range_end: Base64Text?
}

struct KeyValue: Decodable {
    var key: Base64Text
    var value: Base64Text?
    var lease: LongText?
}

struct Header: Decodable {
    var revision: LongText?
}

struct RangeReply: Decodable {
    var header: Header
    var kvs: [KeyValue]?
}

struct WatchRequest: Encodable {
    struct Create: Encodable {
        var key: Base64Text
        var range_end: Base64Text?
        var start_revision: LongText
    }

    var create_request: Create
}

struct WatchReply: Decodable {
    struct Event: Decodable {
        /// Absent for a put.
        var type: String?
        var kv: KeyValue
    }

    var created: Bool?
    var canceled: Bool?
    var compact_revision: LongText?
    var cancel_reason: String?
    var events: [Event]?
}

/// What the gateway wraps streamed answers in.
struct Streamed<Reply: Decodable>: Decodable {
    var result: Reply?
    var error: GatewayFailure?
}

struct GatewayFailure: Decodable {
    var message: String?
    var error: String?
    var code: Int?

    // gRPC's NOT_FOUND, which only leases can be.
    static let notFound = 5
}

struct NoAnswer: Decodable {}
