internal import NIOCore
internal import NIOPosix

/// What to say of a connection that could not be made.
enum ConnectFailure {
    /// The reason in a few words: an address at a time can fail, and mostly for the same reason.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return reason(first.error) }
            if let error = error.dnsAError ?? error.dnsAAAAError { return "the name is not known: \(error)" }
            return "the name has no address"
        case ChannelError.connectTimeout(let limit): return "connecting took longer than \(limit.nanoseconds / 1_000_000) ms"
        case let error: return "\(error)"
        }
    }
}
