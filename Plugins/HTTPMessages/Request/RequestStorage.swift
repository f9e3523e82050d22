import DroverBytes
package import DroverCore
import DroverSystem

/// Everything a request is made of, in memory that goes from one request to the next.
///
/// A protocol fills it before the handler sees it and touches it again only when no handler holds it any more, so
/// that a request may be kept and passed between tasks; only its body belongs to the connection's task.
package final class RequestStorage: @unchecked Sendable {
    // Written by one task while nobody else has the request, so the checks of exclusive access have nothing to find.
    // The compiler takes that from us in this module alone, hence the methods below instead of open properties.
    /// The bytes of the head, and older ones behind them.
    @exclusivity(unchecked) var bytes: [UInt8] = []
    /// What is where in them.
    @exclusivity(unchecked) var head = RequestHead()
    /// What the request came by; nil between requests.
    @exclusivity(unchecked) private(set) var connection: Connection?
    /// What the body comes from; nil for a request without one.
    @exclusivity(unchecked) private var source: (any RequestBodySource)?
    /// The request's number in its connection, from 1.
    @exclusivity(unchecked) private(set) var sequence: UInt32 = 0
    /// What trusted proxies say about where it came from.
    @exclusivity(unchecked) private var judgement: Judgement?
    /// Whether its reply has begun, so that nothing may be sent ahead of it any more.
    @exclusivity(unchecked) private(set) var isAnswered = false
    /// Monotonic ns at which somebody began to answer it, if anybody wants to know.
    @exclusivity(unchecked) package var beginning: Int64 = 0
    /// How far a head has been read that has not come whole.
    @exclusivity(unchecked) package var parser = HeadParser()
    /// Whose word is taken.
    let rules: ForwardingRules

    /// An empty request.
    package init(rules: ForwardingRules = ForwardingRules()) {
        self.rules = rules
    }

    /// Whether it holds a whole head.
    package var isComplete: Bool { head.byteCount > 0 }

    /// Whether it has grown so much that keeping it would not pay.
    var isLarge: Bool { bytes.count > 16_384 || head.fields.slots.count > 256 }

    /// How many bytes the head has.
    package var headByteCount: Int { head.byteCount }

    /// What the peer wants of the reply.
    var wishes: ReplyWishes {
        // Field by field: taken as a whole, the head would be copied.
        @inline(__always) get { ReplyWishes(head.methodCode, head.version, head.meaning.facts) }
    }

    /// Whether a body follows the head.
    package var hasBody: Bool { head.hasBody }

    /// How many bytes the body has; nil for a chunked one.
    package var declaredLength: Int? { head.facts.contains(.chunked) ? nil : head.contentLength }

    /// Whether the peer waits to be asked for the body.
    package var expectsContinue: Bool { head.facts.contains(.expectsContinue) }

    /// Whether the peer asks for a tunnel.
    package var wantsTunnel: Bool { head.wantsTunnel }

    /// Whether asking twice does no harm.
    package var isSafe: Bool { head.methodCode.isSafe }

    /// Whether it is a head and nothing else, as most requests are.
    package var isPlain: Bool { !head.hasBody && !head.wantsTunnel }

    /// What the body comes from; nil for a request without one.
    package var body: (any RequestBodySource)? {
        get { source }
        set { source = newValue }
    }

    /// Makes it the next request of `connection`, of which nothing is known yet.
    package func begin(on connection: Connection) {
        head.reset()
        self.connection = connection
        sequence = connection.startedRequests &+ 1
        isAnswered = false
        judgement = nil
    }

    /// The request that has begun on `connection` and is kept there; nil if it keeps none.
    package static func takeBegun(on connection: Connection) -> RequestStorage? {
        guard let state = connection.protocolState, let begun = state as? RequestStorage else { return nil }
        connection.protocolState = nil
        return begun
    }

    /// Says that its reply begins.
    package func beginReply() {
        isAnswered = true
    }

    /// Lets go of what the request came by.
    func end() {
        connection = nil
        source = nil
    }

    /// Parses the head, and copies it out of the connection's input when it is complete.
    ///
    /// - Returns: Whether it is.
    package func parse(
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
    var comesFromTrustedPeer: Bool {
        guard let connection else { return false }
        return rules.trusted.contains(connection.peer)
    }

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
    package var label: Range<Int> {
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
