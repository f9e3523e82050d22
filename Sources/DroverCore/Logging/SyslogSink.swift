package import DroverSystem

/// Sends each line as a message of its own and waits for nothing: what the receiver does not take at once is dropped.
package final class SyslogSink: LineSink {
    // Facility user, severity informational.
    private static let priority = 1 * 8 + 6
    // RFC 3164, section 4.1: a packet has at most 1,024 bytes, and what is longer is cut or split on the way.
    private static let longestPacket = 1_024
    // On this machine a message is no packet. rsyslog keeps this much by default (findings/rsyslog-unix-or-udp.sh); journald
    // and syslog-ng keep more.
    private static let longestLocalMessage = 8_096
    private static let mark = Array("...".utf8)
    private static let pauseMilliseconds: Int64 = 1_000

    private let name: String
    private let host: String?
    private let limit: Int
    private let way: Locked<Way>

    /// A sink whose messages are from `name`.
    package init(to receiver: SyslogReceiver, name: String) {
        way = Locked(Way(receiver: receiver))
        self.name = name
        // The machine itself knows where its own messages come from.
        host = receiver.address.isLocal ? nil : hostName()
        limit = receiver.address.isLocal ? Self.longestLocalMessage : Self.longestPacket
    }

    package var dropped: Int { way.withLock { $0.dropCount } }

    package func write(_ lines: [UInt8]) {
        way.withLock { way in
            let place = host.map { "\($0) " } ?? ""
            let head = "<\(Self.priority)>\(WallClock.syslogTimestamp()) \(place)\(name)[\(currentProcess)]: "
            let prefix = Array(head.utf8)
            for line in lines.split(separator: UInt8(ascii: "\n")) {
                if !way.send(Self.cut(prefix + line, to: limit)) { way.dropCount += 1 }
            }
        }
    }

    /// The message, with a mark in the place of its end if it is longer than `limit` bytes.
    static func cut(_ message: [UInt8], to limit: Int) -> [UInt8] {
        guard message.count > limit else { return message }
        var end = limit - mark.count
        // The cut never falls within a character, which in UTF-8 has up to three bytes after the first.
        for _ in 0..<3 where message[end] & 0xC0 == 0x80 { end -= 1 }
        return message[..<end] + mark
    }

    package func reopen() throws(SystemError) {
        way.withLock { way in
            way.line = nil
            way.nextAttempt = 0
        }
    }

    /// The way to the receiver.
    private struct Way {
        let receiver: SyslogReceiver
        var line: Line?
        /// Monotonic ms before which there is no other attempt.
        var nextAttempt: Int64 = 0
        var dropCount = 0

        mutating func send(_ message: [UInt8]) -> Bool {
            guard let line = connect() else { return false }
            switch line.socket.send(message) {
            case .bytes: return true
            case .wouldBlock, .endOfStream: return false
            case .failed:
                // The receiver was started anew, or is away; a datagram that had no receiver is reported with the next one.
                self.line = nil
                guard let second = connect(), case .bytes = second.socket.send(message) else { return false }
                return true
            }
        }

        private mutating func connect() -> Line? {
            if let line { return line }
            let now = MonotonicClock.milliseconds()
            guard now >= nextAttempt else { return nil }
            do throws(SystemError) {
                let socket = try DatagramSocket(to: receiver.address)
                line = Line(socket: socket)
            } catch {
                nextAttempt = now + SyslogSink.pauseMilliseconds
            }
            return line
        }
    }

    // A socket in a class can be borrowed, one in an optional property cannot.
    private final class Line: Sendable {
        let socket: DatagramSocket

        init(socket: consuming DatagramSocket) {
            self.socket = socket
        }
    }
}
