public import DroverCore

/// What the stock worker classes have in common: a ``ConnectionLoop``, which a class chooses the threads and places of.
open class LoopWorker: WorkerClass {
    /// What the worker was given.
    public let context: WorkerContext

    /// A worker that serves what `context` says; it accepts nothing before `run()`.
    public required init(_ context: WorkerContext) throws {
        self.context = context
    }

    /// Serves until the worker has drained or must stop.
    public func run() throws {
        try makeLoop(context.serving(serving)).run()
    }

    /// What this class serves in the place of `serverProtocol`, which a listener's configuration names.
    ///
    /// Called once a listener as the worker boots. A class of one's own may put a protocol around it, or give it what only
    /// this class can.
    open func serving(_ serverProtocol: any ServerProtocol) -> any ServerProtocol { serverProtocol }

    func makeLoop(_ context: WorkerContext) throws -> ConnectionLoop {
        preconditionFailure("a worker class makes its loop")
    }
}
