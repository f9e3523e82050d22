internal import DroverCore

/// The `async` worker class: one thread, one epoll loop, a task for each connection that has something to do.
///
/// Subclasses override `handle` to say what happens with a connection; accepting, limits, deadlines, counting and
/// draining stay as they are.
open class AsyncWorker: LoopWorker {
    override func makeLoop() throws -> EventLoop {
        try EventLoop(context, for: self)
    }
}
