public import Drover

/// The worker class `doge`: the `async` one, made for clients that stay and call.
///
/// What a short method answers is answered on the loop, without a task, and a connection between two calls costs no more
/// than its socket. While longer calls are in progress the connection has a task, which starts what comes meanwhile and
/// sends what has finished. Everything else is as it was: who accepts, limits, deadlines, counting, draining.
public final class DogeWorker: AsyncWorker {
    public override var servesAtOnce: Bool { true }

    public override func handle(_ connection: Connection, with serverProtocol: any ServerProtocol) async throws {
        guard let doge = serverProtocol as? DogeProtocol else {
            return try await super.handle(connection, with: serverProtocol)
        }
        try await doge.converse(connection, calls: doge.settings.maxConcurrentCalls)
    }
}
