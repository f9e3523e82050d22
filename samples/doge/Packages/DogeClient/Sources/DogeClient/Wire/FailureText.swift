internal import Glibc
internal import NIOCore
internal import NIOPosix

/// What to say of a connection that broke or could not be made: the kernel's words, without how NIO came to them.
enum FailureText {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            // Each address of a name fails by itself, and mostly for the same reason.
            if let first = error.connectionErrors.first { return text(first.error) }
            if let error = error.dnsAError ?? error.dnsAAAAError { return "the name is not known: \(error)" }
            return "the name has no address"
        case ChannelError.connectTimeout(let limit):
            return "connecting took longer than \(limit.nanoseconds / 1_000_000) ms"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error: return "\(error)"
        }
    }
}
