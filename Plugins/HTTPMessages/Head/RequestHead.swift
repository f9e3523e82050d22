/// What the shape of a request target is, RFC 9112 section 3.2.
public enum TargetForm: UInt8, Sendable {
    /// `/path?query`
    case origin
    /// `http://host/path?query`
    case absolute
    /// `host:port`, for CONNECT only.
    case authority
    /// `*`, for OPTIONS only.
    case asterisk
}

/// What the fields of a head say about the message and its connection.
struct HeadFacts: OptionSet, Sendable {
    let rawValue: UInt16

    @inline(__always)
    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// There is a Host field.
    static var host: HeadFacts { HeadFacts(rawValue: 1 << 0) }
    /// There is a Content-Length field.
    static var contentLength: HeadFacts { HeadFacts(rawValue: 1 << 1) }
    /// There is a Transfer-Encoding field, and it says `chunked`.
    static var chunked: HeadFacts { HeadFacts(rawValue: 1 << 2) }
    /// There is a Content-Type field.
    static var contentType: HeadFacts { HeadFacts(rawValue: 1 << 3) }
    /// Connection says `close`.
    static var closes: HeadFacts { HeadFacts(rawValue: 1 << 4) }
    /// Connection says `keep-alive`.
    static var keepsAlive: HeadFacts { HeadFacts(rawValue: 1 << 5) }
    /// Connection says `upgrade`.
    static var upgrades: HeadFacts { HeadFacts(rawValue: 1 << 6) }
    /// Expect says `100-continue`.
    static var expectsContinue: HeadFacts { HeadFacts(rawValue: 1 << 7) }
    /// Expect says something else.
    static var expectsOther: HeadFacts { HeadFacts(rawValue: 1 << 8) }
    /// Some field's name has an underscore.
    static var underscore: HeadFacts { HeadFacts(rawValue: 1 << 9) }
    /// There is a field that says where the request came from before the peer had it.
    static var forwarded: HeadFacts { HeadFacts(rawValue: 1 << 10) }
    /// A gateway speaks to the client, and takes the end of a connection for the end of a reply.
    static var relayed: HeadFacts { HeadFacts(rawValue: 1 << 11) }

    /// Any of those that say something about a body.
    static var concernsBody: HeadFacts { HeadFacts(rawValue: 1 << 1 | 1 << 2 | 1 << 7 | 1 << 8) }
    /// Any of those whose meaning depends on who the peer is.
    static var dependsOnPeer: HeadFacts { HeadFacts(rawValue: 1 << 9 | 1 << 10) }
    /// Either of those that come with Expect.
    static var expects: HeadFacts { HeadFacts(rawValue: 1 << 7 | 1 << 8) }
}

/// What has been learnt from the fields of a head.
struct FieldFacts: Sendable {
    /// What they say.
    var facts = HeadFacts(rawValue: 0)
    /// Where the value of Host stands.
    var host = ByteSlice(from: 0, to: 0)
    /// What Content-Length says, 0 if there is none.
    var contentLength = 0
}

/// What a peer wants and understands of a reply.
struct ReplyWishes {
    /// Whether it wants the bytes of a body.
    let body: Bool
    /// Whether it knows chunks, and takes a connection to stay if no field says otherwise: HTTP/1.1.
    let chunks: Bool
    /// Whether it wants the connection to stay.
    let persistence: Bool

    init(body: Bool, chunks: Bool, persistence: Bool) {
        self.body = body
        self.chunks = chunks
        self.persistence = persistence
    }

    @inline(__always)
    init(_ method: MethodCode, _ version: HTTPVersion, _ facts: HeadFacts) {
        body = method.rawValue != MethodCode.head.rawValue
        chunks = version.rawValue == HTTPVersion.http11.rawValue && !facts.contains(.relayed)
        persistence = Self.persistence(method, version, facts)
    }

    @inline(__always)
    static func persistence(_ method: MethodCode, _ version: HTTPVersion, _ facts: HeadFacts) -> Bool {
        // What comes after CONNECT is meant for a tunnel, never a request to us.
        if facts.contains(.closes) || method.rawValue == MethodCode.connect.rawValue { return false }
        return version.rawValue == HTTPVersion.http11.rawValue || facts.contains(.keepsAlive)
    }
}

/// The head of a request as places in its bytes and a few facts; it holds no text.
///
/// A place means something only beside the bytes that the head was read from.
public struct RequestHead: Sendable {
    /// The method, if it is a usual one.
    var methodCode = MethodCode.get
    /// The version that the request line names.
    public var version = HTTPVersion.http11
    /// The shape of the target.
    public var form = TargetForm.origin
    /// Where the method stands, a token of RFC 9110 section 9.1.
    public var method = ByteSlice(from: 0, to: 0)
    /// Where the target stands, RFC 9112 section 3.2.
    public var target = ByteSlice(from: 0, to: 0)
    /// How many bytes the head has, with the empty line that ends it; 0 until it is complete.
    public var byteCount = 0
    /// What the fields mean.
    var meaning = FieldFacts()
    /// The fields in the order they came.
    public var fields = FieldTable()

    /// A head of which nothing has been read.
    public init() {}

    /// Makes it an empty head again and keeps the table's memory.
    public mutating func reset() {
        byteCount = 0
        meaning = FieldFacts()
        fields.removeAll()
    }

    /// What the fields say.
    var facts: HeadFacts { @inline(__always) get { meaning.facts } }

    /// How many bytes Content-Length names, 0 if there is none.
    public var contentLength: Int { @inline(__always) get { meaning.contentLength } }

    /// Whether a body follows the head: a length above 0, or chunks.
    public var hasBody: Bool {
        @inline(__always) get { contentLength > 0 || facts.contains(.chunked) }
    }

    /// What the peer wants of the reply.
    var wishes: ReplyWishes {
        @inline(__always) get {
            ReplyWishes(methodCode, version, facts)
        }
    }

    /// Whether a tunnel is asked for, which is what CONNECT does, RFC 9110 section 9.3.6.
    public var wantsTunnel: Bool {
        @inline(__always) get { methodCode.rawValue == MethodCode.connect.rawValue }
    }

    /// Whether the peer wants to send more requests on this connection, RFC 9112 section 9.3.
    public var persists: Bool {
        @inline(__always) get {
            ReplyWishes.persistence(methodCode, version, facts)
        }
    }
}
