/// One exchange's share of a connection that carries several at once, as HTTP/2 and HTTP/3 do.
///
/// Who carries HTTP over something else than HTTP/1 writes one of these; see *Exchanges of your own* in docs/HTTP.md. The
/// task that answers the request calls it, one call at a time, and the connection's task feeds it; so it guards what both
/// touch. It touches the connection itself only through its ``DroverCore/StreamHandle``.
public protocol HTTPStream: AnyObject, Sendable {
    /// Whether the request has used up its time, so that its task was cancelled: the reply says so then.
    var hasExpired: Bool { get }
    /// The fields that followed the request's body, once that has been received.
    var trailers: HeaderFields { get }

    /// Waits for the next bytes of the request's body.
    ///
    /// This is what gives the peer leave to send more: nothing is to be asked for ahead of it but what one window holds.
    ///
    /// - Parameter patience: For how many milliseconds to wait for them; nil for as long as the connection lasts.
    /// - Returns: The bytes, never none; nil at the end of the body.
    /// - Throws: `ConnectionError.timedOut(.read)` after that time, `RequestBodyError.incomplete` when the peer has given
    ///   the request up, `CancellationError` when the task is cancelled.
    func receive(patience: Int64?) async throws -> [UInt8]?

    /// Sends fields ahead of the reply: 103, RFC 8297.
    func sendHints(_ fields: HeaderFields)

    /// Sends the head of the reply; nothing follows if `isLast`.
    ///
    /// A stream that the peer has given up takes it without a word: the next piece of the body tells.
    func send(_ head: ReplyHead, isLast: Bool)

    /// Sends a piece of the reply's body, and returns when the peer's window has had room for all of it.
    ///
    /// - Throws: `ConnectionError` when the peer makes no room for too long or has given the reply up,
    ///   `CancellationError` when the task is cancelled.
    func send(_ bytes: [UInt8]) async throws

    /// Ends the reply; `fields` follow its body.
    func finish(trailers fields: HeaderFields)

    /// Ends the reply in the middle such that the peer cannot take it for a whole one.
    func breakOff()

    /// Counts a mistake of the peer's.
    func countError()
}
