public import DroverCore
internal import Logging

/// The `async` worker class: one thread, one epoll loop, a task for each connection.
///
/// Subclasses override `handle` to say what happens with a connection; accepting, limits, deadlines, counting and
/// draining stay as they are.
open class AsyncWorker: WorkerClass {
    /// What the worker was given.
    public let context: WorkerContext

    /// A worker that serves what `context` says; it accepts nothing before `run()`.
    public required init(_ context: WorkerContext) throws {
        self.context = context
    }

    /// Serves until the worker has drained or must stop.
    public func run() throws {
        try EventLoop(context, for: self).run()
    }

    /// Serves one connection with the listener's protocol.
    open func handle(_ connection: Connection, with serverProtocol: any ServerProtocol) async throws {
        try await serverProtocol.serve(connection)
    }

    func lead(_ connection: Connection) async {
        do {
            try await connection.handshake()
            try await handle(connection, with: connection.listener.protocolHandler)
        } catch let error as ConnectionError {
            context.logger.event(error.logLevel, "connection_ended", ["peer": connection.peer, "reason": error])
        } catch {
            context.logger.event(.error, "protocol_failed", ["peer": connection.peer, "error": "\(error)"])
        }
        if !connection.isResting { await connection.finish() }
    }
}
