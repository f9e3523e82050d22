/// How many workers there are, of which class, and how long each serves.
package struct WorkerSettings: Sendable, Equatable {
    /// More slots than any machine has use for; the scoreboard has room for each.
    package static let maximumCount = 1024

    /// Worker processes.
    package var count = 1
    /// The name of the worker class.
    package var className = "async"
    /// Threads that run handlers, in the worker class of that name.
    package var threads = 8
    /// Connections that a worker has at most.
    package var connections = 10_000
    /// Requests after which a worker is replaced; 0 is never.
    package var maxRequests = 0
    /// The most that is added at random to `maxRequests`, so that workers do not leave together.
    package var maxRequestsJitter = 0
    /// The age at which a worker is replaced; 0 is never.
    package var maxLifetime = Duration.zero
    /// How many workers may be missing or on their way out at a time before none is recycled.
    package var maxUnavailable = 1

    /// Bytes of resident memory above which a worker is replaced; 0 is never.
    package var maxResidentBytes = 0

    /// The defaults.
    package init() {}
}
