import DroverCore
import DroverSystem

// What differs between a connection of one's own and a stream beside others, apart from the bytes.
extension HTTPExchange {
    /// Whether the request is a head and nothing else, as most are.
    var isPlain: Bool { storage.isPlain }

    /// Whether the request has used up its time, so that its task has been cancelled.
    var hasExpired: Bool { stream?.hasExpired ?? connection?.requestTimedOut ?? false }

    /// Whether the request may be a repetition by an eavesdropper.
    var mayBeRepeated: Bool { connection?.mayBeRepeated ?? isRepeatable }

    /// Whether the connection can go on after this request, as far as the server knows.
    @inline(__always)
    var isReusable: Bool {
        guard let connection else { return true }
        return connection.isReusable && body?.canDiscardRest ?? true
    }

    /// Seconds since 1970.
    var wallClock: Int64 { connection?.wallClock ?? WallClock.seconds() }

    /// Counts a mistake of the peer's.
    func countError() {
        if let stream { stream.countError() } else { connection?.countError() }
    }

    /// Says that the request has been answered, or that it will not be; a stream's carrier says that itself.
    @inline(__always)
    func endRequest() {
        connection?.endRequest()
    }
}
