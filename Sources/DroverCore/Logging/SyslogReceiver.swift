package import DroverSystem

/// Who takes log lines as messages, RFC 3164: `syslog`, `syslog:unix:PATH` or `syslog:udp:HOST:PORT`.
package struct SyslogReceiver: Sendable, Equatable {
    /// Where it is.
    package let address: SocketAddress

    /// The receiver at `address`.
    package init(address: SocketAddress) {
        self.address = address
    }

    /// The receiver that `text` names; nil for a text that is the path of a file.
    ///
    /// - Throws: `SyslogReceiverError` for one that means a receiver and names none, `HostLookupError`.
    package init?(_ text: String) throws {
        guard text == "syslog" || text.hasPrefix("syslog:") else { return nil }
        let rest = text.dropFirst("syslog:".count)
        if rest.isEmpty {
            address = .unix("/dev/log")
        } else if rest.hasPrefix("unix:"), rest.count > 5 {
            address = .unix(String(rest.dropFirst(5)))
        } else if rest.hasPrefix("udp:"), let mark = rest.lastIndex(of: ":"),
            mark > rest.index(rest.startIndex, offsetBy: 3),
            let port = UInt16(rest[rest.index(after: mark)...]), port > 0
        {
            let host = rest[rest.index(rest.startIndex, offsetBy: 4)..<mark]
            let name = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
            guard !name.isEmpty, let first = try SocketAddress.lookUp(host: String(name), port: port).first else {
                throw SyslogReceiverError(text: text)
            }
            address = first
        } else {
            throw SyslogReceiverError(text: text)
        }
    }
}

/// A text that begins like a receiver's name and is none.
package struct SyslogReceiverError: Error, Equatable, CustomStringConvertible {
    /// The text.
    package let text: String

    /// The mistake in one line.
    package var description: String {
        "'\(text)' names no log receiver: write syslog, syslog:unix:PATH or syslog:udp:HOST:PORT "
            + "(a file of that name is ./\(text))"
    }
}
