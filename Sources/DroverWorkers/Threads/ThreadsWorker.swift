internal import DroverCore

/// The `threads` worker class: an epoll loop, and a pool of threads that serve its connections.
///
/// A handler that blocks holds one thread. A connection that waits for its client holds none, so there may be many more
/// connections than threads; one that has been answered goes behind the others that wait for a thread.
open class ThreadsWorker: LoopWorker {
    override func makeLoop(_ context: WorkerContext) throws -> ConnectionLoop {
        try ConnectionLoop(context, threads: context.threads)
    }
}

/// The `sync` worker class: one connection at a time, and a handler that may block.
///
/// It accepts only when it has no connection, so a client that comes meanwhile goes to another worker or waits in the
/// queue. That is why a reply ends its connection: an idle client would keep all others waiting. A client that is still
/// sending when it has been answered keeps no other waiting: its connection lingers beside the one that is served. The loop
/// has a thread of its own, so that signals and deadlines work while a handler blocks.
open class SyncWorker: LoopWorker {
    override func makeLoop(_ context: WorkerContext) throws -> ConnectionLoop {
        try ConnectionLoop(context, places: 1, threads: 1, keepsAlive: false)
    }
}
