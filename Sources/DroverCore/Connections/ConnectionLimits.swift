/// The deadlines of a listener's connections in milliseconds; 0 is none.
package struct ConnectionLimits: Sendable {
    package let handshake: Int64
    package let firstByte: Int64
    package let idle: Int64
    package let read: Int64
    package let write: Int64
    package let request: Int64

    package init(_ timeouts: TimeoutSettings) {
        handshake = Self.milliseconds(timeouts.handshake)
        firstByte = Self.milliseconds(timeouts.firstByte)
        idle = Self.milliseconds(timeouts.keepalive)
        read = Self.milliseconds(timeouts.read)
        write = Self.milliseconds(timeouts.write)
        request = Self.milliseconds(timeouts.request)
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
