import Glibc

/// A service manager's end of NOTIFY_SOCKET, sd_notify(3).
public final class NotifyReceiver {
    /// What to put in NOTIFY_SOCKET.
    public let name: String
    private let socket: Int32

    /// Listens at `path`, or with @ before it in the abstract namespace.
    public init(_ name: String) {
        self.name = name
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = name.hasPrefix("@") ? [0] + Array(name.utf8.dropFirst()) : Array(name.utf8) + [0]
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        precondition(result == 0, "cannot bind \(name): \(String(cString: strerror(errno)))")
    }

    deinit { Glibc.close(socket) }

    /// The lines of the next message; nil when none has come yet.
    public func next() -> [String]? {
        guard let bytes = nextBytes() else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The bytes of the next message; nil when none has come yet.
    public func nextBytes() -> [UInt8]? {
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &block, block.count, 0)
        return count < 0 ? nil : Array(block[..<count])
    }

    /// Waits for a message with the line `text`, and returns all lines from now to that message.
    public func wait(for text: String, within seconds: Double = 20) throws -> [String] {
        var lines: [String] = []
        eventually(within: seconds) {
            while !lines.contains(text), let more = next() { lines += more }
            return lines.contains(text)
        }
        if !lines.contains(text) { throw Missing(text: text, lines: lines) }
        return lines
    }

    /// A message that did not come.
    public struct Missing: Error, CustomStringConvertible {
        let text: String
        let lines: [String]

        /// The message, and what came instead.
        public var description: String { "no '\(text)' among \(lines)" }
    }
}
