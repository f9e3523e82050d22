public import DroverCore

/// The loop of a worker: it accepts connections and serves each to its end.
///
/// A worker class has one and says how it differs. All else is the loop's: deadlines and limits, the transport and the
/// PROXY protocol, signals and draining, recycling, the heartbeat, the access log, and the worker's row, which `drover ctl`
/// and the siblings read.
///
///     final class OneAtATime: WorkerClass {
///         private let loop: ConnectionLoop
///
///         init(_ context: WorkerContext) throws {
///             loop = try ConnectionLoop(context, places: 1, threads: 1, keepsAlive: false)
///         }
///
///         func run() throws { try loop.run() }
///     }
public final class ConnectionLoop {
    // A client that still sends when it has been answered keeps no other waiting.
    private static let lingering = 64

    private let loop: EventLoop

    /// A loop that serves what the listeners of `context` say; it accepts nothing before `run()`.
    ///
    /// - Parameters:
    ///   - context: What the worker was given.
    ///   - places: How many connections are served at a time; nil for the setting `worker_connections`. Up to 64 that have been
    ///     answered may linger beside a number that is given.
    ///   - threads: How many threads serve them, whose handlers may block; 0 for the loop's own thread, where none may.
    ///   - keepsAlive: Whether a connection may bring more than one message. Where places are few, a connection that stays
    ///     keeps another client waiting.
    ///   - policy: When connections are taken; nil for as long as there is a place, and by share.
    /// - Throws: `SystemError` when there are no descriptors or no memory for it.
    public init(
        _ context: WorkerContext, places: Int? = nil, threads: Int = 0, keepsAlive: Bool = true,
        accepting policy: (any AcceptPolicy)? = nil
    ) throws {
        precondition(places ?? 1 > 0 && threads >= 0, "a loop has a place at least, and no less than no thread")
        loop = try EventLoop(
            context, places: places.map { EventLoop.Places(served: $0, lingering: Self.lingering) },
            threads: threads > 0 ? ServingThreads(context, count: threads) : nil, keepsAlive: keepsAlive,
            policy: policy)
    }

    /// Serves until the worker has drained or must stop, and says when the worker is ready; to be called once, on the thread
    /// that the class was made on.
    ///
    /// - Throws: `SystemError` when the worker cannot wait for connections at all, or not any more.
    public func run() throws { try loop.run() }
}
