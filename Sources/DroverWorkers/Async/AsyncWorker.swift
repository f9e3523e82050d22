public import DroverCore
internal import Logging

/// The `async` worker class: one thread, one epoll loop, a task for each connection.
///
/// Subclasses override `handle` to say what happens with a connection; accepting, limits, deadlines, counting and
/// draining stay as they are.
open class AsyncWorker: WorkerClass {
    /// What the worker was given.
    public let context: WorkerContext

    public required init(_ context: WorkerContext) throws {
        self.context = context
    }

    /// Serves until the worker has drained or must stop.
    public func run() throws {
        let worker = UncheckedWorker(worker: self)
        let loop = try EventLoop(context) { connection, listener in
            await worker.worker.lead(connection, listener)
        }
        try loop.run()
    }

    /// Serves one connection with the listener's protocol.
    open func handle(_ connection: Connection, with serverProtocol: any ServerProtocol) async throws {
        try await serverProtocol.serve(connection)
    }

    private func lead(_ connection: Connection, _ listener: WorkerListener) async {
        do {
            try await connection.handshake()
            try await handle(connection, with: listener.protocolHandler)
        } catch let error as ConnectionError {
            context.logger.event(.debug, "connection_ended", ["peer": connection.peer, "reason": error])
        } catch {
            context.logger.event(.error, "protocol_failed", ["peer": connection.peer, "error": "\(error)"])
        }
        await connection.finish()
    }

    // The worker is used on its loop's thread alone, which the compiler cannot see through an executor preference.
    private struct UncheckedWorker: @unchecked Sendable {
        let worker: AsyncWorker
    }
}
