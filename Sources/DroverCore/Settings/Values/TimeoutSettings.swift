/// Every deadline; zero switches one off.
package struct TimeoutSettings: Sendable, Equatable {
    /// Silence after which a worker counts as hung.
    package var timeout = Duration.seconds(30)
    /// What requests in flight get when a worker stops.
    package var graceful = Duration.seconds(30)
    /// What a worker gets to become ready.
    package var boot = Duration.seconds(30)
    /// What a hung worker gets between SIGABRT and SIGKILL.
    package var abortGrace = Duration.seconds(2)
    /// What an idle connection gets between requests.
    package var keepalive = Duration.seconds(15)
    /// What a transport's handshake gets.
    package var handshake = Duration.seconds(10)
    /// What a new connection gets to send its first byte.
    package var firstByte = Duration.seconds(10)
    /// What a peer gets to send the next bytes of a message it began.
    package var read = Duration.seconds(30)
    /// What a peer gets to take the next bytes of a reply.
    package var write = Duration.seconds(30)
    /// What a whole request gets.
    package var request = Duration.zero
    /// A worker that dies younger is replaced with growing delay.
    package var minWorkerLifetime = Duration.seconds(1)

    /// The defaults.
    package init() {}
}
