import DroverBytes
import DroverCore
import DroverSystem

/// Everything that a request is made of: the bytes of its head, their meaning, and values about the connection.
///
/// A request may be kept and passed between tasks, so its storage never changes while a request refers to it. Its
/// exchange writes it before that, and uses it again only when it has found that no request does.
///
/// Unchecked: all that varies, for that reason. The way back to the exchange does change, and stands in a ``HandlerAccess`` with a lock.
public final class RequestStorage: @unchecked Sendable {
    // The parser writes it in place, so every other access would be checked too. None overlaps: the parser is given bytes and
    // limits and calls no other code, and for any other writer the value is taken out.
    @exclusivity(unchecked) private var received = ReceivedHead()
    /// The bytes of the head, and older ones behind them.
    var bytes: [UInt8] {
        @inline(__always) get { received.bytes }
        @inline(__always) _modify { yield &received.bytes }
    }
    /// What is where in them.
    var head: RequestHead {
        @inline(__always) _read { yield received.head }
        @inline(__always) _modify { yield &received.head }
    }
    /// What is known of the connection.
    private(set) var peer = PeerFacts()
    /// The request's number in its connection, from 1.
    private(set) var sequence: UInt32 = 0
    /// Seconds since 1970 at which the request began.
    private(set) var moment: Int64 = 0
    /// What trusted proxies say about where it came from.
    private var judgement: Judgement?
    /// Whose word is taken.
    let rules: ForwardingRules
    /// The way to what belongs to the exchange alone.
    let access = HandlerAccess()

    /// An empty request.
    public init(rules: ForwardingRules = ForwardingRules()) {
        self.rules = rules
    }

    private struct ReceivedHead {
        var bytes: [UInt8] = []
        var head = RequestHead()
    }

    /// Whether it has grown so much that keeping it would not pay.
    var isLarge: Bool { bytes.count > 16_384 || head.fields.slots.count > 256 }

    /// How many bytes the head has; 0 as long as it is not whole.
    public var headByteCount: Int { head.byteCount }

    /// What the peer wants of the reply.
    var wishes: ReplyWishes {
        // Field by field: taken as a whole, the head would be copied.
        @inline(__always) get { ReplyWishes(head.methodCode, head.version, head.meaning.facts) }
    }

    /// Whether a body follows the head.
    public var hasBody: Bool { head.hasBody }

    /// How many bytes the body has; nil for a chunked one.
    var declaredLength: Int? { head.facts.contains(.chunked) ? nil : head.contentLength }

    /// Whether the peer waits to be asked for the body.
    var expectsContinue: Bool { head.facts.contains(.expectsContinue) }

    /// Whether the peer asks for a tunnel.
    public var wantsTunnel: Bool { head.wantsTunnel }

    /// Whether asking twice does no harm.
    public var isSafe: Bool { head.methodCode.isSafe }

    /// Whether it is a head and nothing else, as most requests are.
    var isPlain: Bool { !head.hasBody && !head.wantsTunnel }

    /// Makes it the next request that `connection` brings, of which nothing else is known.
    @inline(__always)
    func begin(_ connection: Connection) {
        head.reset()
        // Most often it is the same connection as before, of which these facts never change.
        if peer.connection != connection.id || peer.process == 0 { peer = PeerFacts(of: connection) }
        sequence = connection.startedRequests &+ 1
        moment = connection.wallClock
        if judgement != nil { judgement = nil }
    }

    /// Makes it a request that does not come by a connection of its own.
    func begin(_ peer: PeerFacts, sequence: UInt32, at moment: Int64) {
        self.peer = peer
        self.sequence = sequence
        self.moment = moment
    }

    /// Parses the head, and copies it out of the connection's input when it is complete.
    ///
    /// - Returns: Whether it is.
    public func parse(
        _ received: RawSpan, _ parser: inout HeadParser, _ limits: HeadLimits
    ) throws(HeadRejection) -> Bool {
        guard try parser.parse(received, limits: limits, into: &head) else { return false }
        let count = head.byteCount
        if bytes.count < count {
            // Steps of some size, so that heads that differ little do not each want memory of their own.
            bytes = [UInt8](repeating: 0, count: (count + 1_023) & ~1_023)
        }
        bytes.overwrite(with: received.extracting(0..<count))
        if !head.facts.isDisjoint(with: .dependsOnPeer) { try judge() }
        return true
    }

    /// Whether the peer is one of our own proxies.
    var comesFromTrustedPeer: Bool { rules.trusted.contains(peer.address) }

    /// What trusted proxies say about where it came from.
    var origin: RequestOrigin? { judgement?.origin }

    /// Takes `origin` for the truth, which came with the request.
    func trust(_ origin: RequestOrigin) {
        judgement = Judgement(origin: origin)
    }

    // By reference, since most requests have none.
    private final class Judgement: Sendable {
        let origin: RequestOrigin

        init(origin: RequestOrigin) {
            self.origin = origin
        }
    }

    /// Takes or leaves what only some peers may say.
    @inline(never)
    private func judge() throws(HeadRejection) {
        let isTrusted = comesFromTrustedPeer
        let bytes = bytes
        if head.facts.contains(.underscore), !isTrusted {
            switch rules.underscores {
            case .allow: break
            case .refuse: throw .underscore
            case .drop: head.fields.keep { !$0.hasUnderscore(bytes.span.bytes) }
            }
        }
        if head.facts.contains(.forwarded), isTrusted {
            judgement = Judgement(origin: try RequestOrigin(head, bytes.span.bytes, rules.trusted))
        }
    }

    /// Where method and target stand, which are beside each other.
    public var label: Range<Int> {
        Int(head.method.start)..<head.target.range.upperBound
    }

    /// The text at `slice`, which is ASCII.
    func text(_ slice: ByteSlice) -> String {
        let bytes = bytes
        return String(decoding: bytes.span.bytes.extracting(slice.range))
    }

    /// The part of the target at `range`, as a URL has it.
    func targetText(_ range: Range<Int>) -> String {
        let bytes = bytes
        return String(target: bytes.span.bytes.extracting(range))
    }
}
