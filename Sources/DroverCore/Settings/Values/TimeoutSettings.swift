/// The deadlines of a listener's connections; zero switches one off.
package struct TimeoutSettings: Sendable, Equatable {
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
    /// What the peer of a connection that a handler has taken over gets for each silence.
    package var takeover = Duration.seconds(300)
    /// What a peer that still sends after the last reply gets for each pause.
    package var lingerPause = Duration.seconds(5)
    /// What such a peer gets in all.
    package var linger = Duration.seconds(30)

    /// The defaults.
    package init() {}
}
