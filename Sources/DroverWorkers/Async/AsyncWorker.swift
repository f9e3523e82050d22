internal import DroverCore

/// The `async` worker class: one thread and one epoll loop, which serves what needs no waiting itself and has a task for
/// each connection that has to wait in the middle of something.
///
/// Subclasses override ``LoopWorker/serving(_:)`` to say what is served; accepting, limits, deadlines, counting and
/// draining stay as they are.
open class AsyncWorker: LoopWorker {
    override func makeLoop(_ context: WorkerContext) throws -> ConnectionLoop {
        try ConnectionLoop(context)
    }
}
