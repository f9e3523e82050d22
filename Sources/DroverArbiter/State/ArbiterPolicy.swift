package import DroverCore

/// The times and limits that the arbiter goes by; times are in milliseconds.
package struct ArbiterPolicy: Sendable, Equatable {
    /// How long a worker may work without a turn of its loop; 0 is for ever.
    package var timeout: Int64 = 30_000
    /// How long requests in flight may take after a graceful stop has begun.
    package var graceful: Int64 = 30_000
    /// How long a worker may take from fork to ready.
    package var boot: Int64 = 30_000
    /// How long a worker may take to die of SIGABRT.
    package var abortGrace: Int64 = 2_000
    /// A worker that dies sooner after it was ready counts towards the back-off.
    package var minWorkerLifetime: Int64 = 1_000
    /// How old a worker may get before it is replaced; 0 is for ever.
    package var maxWorkerLifetime: Int64 = 0
    /// How many workers may be missing or on their way out at a time before none is recycled.
    package var maxUnavailable = 1
    /// Whether an operator, and not the arbiter, ends the old arbiter after an upgrade.
    package var upgradesByHand = false
    /// How long a worker may take to leave after a quick stop, or after its drain's time is over.
    package var quickGrace: Int64 = 1_000
    /// How long workers go on for the sake of a companion that announces them.
    package var announcerGrace: Int64 { min(Self.mostAnnouncerGrace, graceful / 2) }

    private static let mostAnnouncerGrace: Int64 = 3_000

    package init() {}

    /// The times and limits from the configuration.
    package init(_ settings: Settings) {
        let timeouts = settings.timeouts
        timeout = timeouts.timeout.inMilliseconds
        graceful = timeouts.graceful.inMilliseconds
        boot = timeouts.boot.inMilliseconds
        abortGrace = timeouts.abortGrace.inMilliseconds
        minWorkerLifetime = timeouts.minWorkerLifetime.inMilliseconds
        maxWorkerLifetime = settings.workers.maxLifetime.inMilliseconds
        maxUnavailable = settings.workers.maxUnavailable
        upgradesByHand = settings.process.upgrade == .manual
    }
}
