/// What the bytes on a connection mean.
///
/// One value serves all connections of a listener in one worker. `serve` is straight-line code; when it returns, what it
/// wrote is sent and the connection is closed. An error it throws ends the connection alone.
///
///     struct Echo: ServerProtocol {
///         func serve(_ connection: Connection) async throws {
///             while let bytes = try await connection.read() { try await connection.write(bytes) }
///         }
///     }
public protocol ServerProtocol: Sendable {
    /// Whether a connection without work needs no task of its own.
    ///
    /// Then `serve` is called when the first byte has arrived, and again after a pause: after half a second of silence
    /// between two messages `fill` returns false, `serve` returns, and the connection stays open. So say true only if
    /// the client speaks first and nothing is remembered from one message to the next. It makes an idle connection
    /// several times smaller. When the worker is full such a connection may end for a newcomer, between two messages or
    /// after a second in which nothing came; one of any other protocol never does.
    var restsBetweenMessages: Bool { get }
    /// Whether `serveAtOnce` is worth a call; only for protocols that rest between messages.
    var servesAtOnce: Bool { get }
    /// Serves what was received on a connection without a task, as far as nothing has to be waited for.
    ///
    /// The worker's loop calls it, where it has the loop to itself; what is written is sent afterwards. For what it
    /// leaves, `serve` is called. Bytes that it does not consume are there again.
    func serveAtOnce(_ connection: Connection) -> ServedAtOnce
    /// Serves one connection from its first byte to its last.
    func serve(_ connection: Connection) async throws
}

extension ServerProtocol {
    /// A protocol keeps its task unless it says otherwise.
    public var restsBetweenMessages: Bool { false }
    /// A protocol is served by a task unless it says otherwise.
    public var servesAtOnce: Bool { false }
    /// Leaves everything to `serve`.
    public func serveAtOnce(_ connection: Connection) -> ServedAtOnce { .part }
}
