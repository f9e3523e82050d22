/// The deadlines of workers; zero switches one off.
package struct SupervisionSettings: Sendable, Equatable {
    /// Silence after which a worker counts as hung.
    package var timeout = Duration.seconds(30)
    /// What requests in flight get when a worker stops.
    package var graceful = Duration.seconds(30)
    /// What a worker gets to become ready.
    package var boot = Duration.seconds(30)
    /// What a hung worker gets between SIGABRT and SIGKILL.
    package var abortGrace = Duration.seconds(2)
    /// A worker that dies younger is replaced with growing delay.
    package var minWorkerLifetime = Duration.seconds(1)

    /// The defaults.
    package init() {}
}
