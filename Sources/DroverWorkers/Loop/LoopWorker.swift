public import DroverCore
internal import Logging

/// What the worker classes with an event loop have in common; which threads run the tasks is the subclasses' affair.
open class LoopWorker: WorkerClass {
    /// What the worker was given.
    public let context: WorkerContext

    /// A worker that serves what `context` says; it accepts nothing before `run()`.
    public required init(_ context: WorkerContext) throws {
        self.context = context
    }

    /// Serves until the worker has drained or must stop.
    public func run() throws {
        try makeLoop().run()
    }

    /// Serves one connection with the listener's protocol.
    open func handle(_ connection: Connection, with serverProtocol: any ServerProtocol) async throws {
        try await serverProtocol.serve(connection)
    }

    /// Whether what a protocol's `serveAtOnce` can answer is answered without `handle` and without a task.
    ///
    /// Not where a subclass has its own `handle`, unless that says so: then `handle` gets what takes longer.
    open var servesAtOnce: Bool { false }

    func makeLoop() throws -> EventLoop {
        preconditionFailure("a worker class makes its loop")
    }

    func lead(_ connection: Connection) async {
        do {
            if !connection.isEstablished {
                try await connection.handshake()
                if servesAtOnce, connection.restAfterHandshake() { return }
            }
            if !connection.isOver { try await handle(connection, with: connection.spoken.protocolHandler) }
        } catch let error as ConnectionError {
            context.logger.event(error.logLevel, "connection_ended", ["peer": connection.peer, "reason": error])
        } catch is CancellationError where connection.hasExpired {
            let reason = ConnectionError.timedOut(.request)
            context.logger.event(.debug, "connection_ended", ["peer": connection.peer, "reason": reason])
        } catch {
            context.logger.event(.error, "protocol_failed", ["peer": connection.peer, "error": "\(error)"])
        }
        if !connection.isResting { await connection.finish() }
    }
}
