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

    /// What this class serves in the place of `serverProtocol`, which a listener's configuration names.
    ///
    /// Called once a listener as the worker boots. A class of one's own may put a protocol around it, or give it what only
    /// this class can.
    open func serving(_ serverProtocol: any ServerProtocol) -> any ServerProtocol { serverProtocol }

    func makeLoop() throws -> EventLoop {
        preconditionFailure("a worker class makes its loop")
    }

    func lead(_ connection: Connection) async {
        do {
            if !connection.isEstablished {
                try await connection.handshake()
                if connection.restAfterHandshake() { return }
            }
            if !connection.isOver { try await connection.spoken.protocolHandler.serve(connection) }
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
