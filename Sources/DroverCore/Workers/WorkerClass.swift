/// How a worker runs its connections.
///
/// A class is made in the worker, on a thread of its own, after the fork and after the applications have been loaded.
public protocol WorkerClass: AnyObject {
    /// Takes what the worker was given.
    init(_ context: WorkerContext) throws
    /// Serves until the worker has drained or has to stop; calls `context.becomeReady()` when it can accept.
    func run() throws
}

/// A worker class that the configuration can choose.
public struct WorkerClassDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
    /// Makes it.
    public let make: @Sendable (WorkerContext) throws -> any WorkerClass

    /// A worker class called `name`.
    public init(
        _ name: String, summary: String = "", make: @escaping @Sendable (WorkerContext) throws -> any WorkerClass
    ) {
        self.name = name
        self.summary = summary
        self.make = make
    }
}
