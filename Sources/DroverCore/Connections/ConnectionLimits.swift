/// The deadlines of a listener's connections in milliseconds.
///
/// What is switched off with 0 has a deadline that no clock reaches, so that no code has to ask; `request` keeps its 0, as
/// a request without a deadline needs no timer, and so do `idle`, no keep-alive, and `linger`, an end at once.
package struct ConnectionLimits: Sendable {
    package let handshake: Int64
    package let firstByte: Int64
    package let idle: Int64
    package let read: Int64
    package let write: Int64
    package let request: Int64
    package let takeover: Int64
    package let linger: Int64
    package let lingerPause: Int64

    /// The limits that `timeouts` are; a protocol's own `idle` counts before `keepalive`, and its 0 is no limit.
    package init(_ timeouts: TimeoutSettings, idle: Duration? = nil) {
        handshake = Self.limit(timeouts.handshake)
        firstByte = Self.limit(timeouts.firstByte)
        self.idle = idle.map(Self.limit) ?? timeouts.keepalive.inMilliseconds
        read = Self.limit(timeouts.read)
        write = Self.limit(timeouts.write)
        request = timeouts.request.inMilliseconds
        takeover = Self.limit(timeouts.takeover)
        linger = timeouts.linger.inMilliseconds
        lingerPause = Self.limit(timeouts.lingerPause)
    }

    private static func limit(_ duration: Duration) -> Int64 {
        duration == .zero ? .max / 4 : duration.inMilliseconds
    }
}
