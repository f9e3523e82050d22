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
///
/// A protocol whose client speaks first and whose messages stand for themselves is better a ``MessageProtocol``: its idle
/// connections have no task.
public protocol ServerProtocol: Sendable {
    /// Serves one connection from its first byte to its last.
    func serve(_ connection: Connection) async throws
}
