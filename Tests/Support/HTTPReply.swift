/// A reply to a request, as far as a test wants to know.
public struct HTTPReply: Sendable {
    /// The status code; 0 if there was none.
    public let status: Int
    /// The head, without the empty line.
    public let head: String
    /// The body as far as Content-Length says.
    public let body: String

    /// The value of a header.
    public func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return String(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }

    /// Reads `text` as a reply; nil while something is missing.
    public init?(_ text: String, hasBody: Bool = true) {
        let bytes = Array(text.utf8)
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let rest = bytes[end.upperBound...]
        let wanted = HTTPReply.length(head)
        if hasBody, let wanted, rest.count < wanted { return nil }
        body = String(decoding: hasBody ? rest.prefix(wanted ?? rest.count) : [], as: UTF8.self)
    }

    private static func length(_ head: String) -> Int? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.split(separator: ":")[1].drop { $0 == " " })
        }
        return nil
    }
}

extension Array where Element == UInt8 {
    fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard count >= pattern.count else { return nil }
        for start in 0...(count - pattern.count) where self[start] == pattern[0] {
            if Array(self[start..<start + pattern.count]) == pattern { return start..<start + pattern.count }
        }
        return nil
    }
}

extension TCPClient {
    /// Sends a GET on this connection and waits for its reply.
    public func get(_ target: String, headers: [String] = []) throws -> HTTPReply {
        let lines = ["GET \(target) HTTP/1.1", "Host: test"] + headers
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return try reply()
    }

    /// Waits for a reply.
    public func reply() throws -> HTTPReply {
        let text = try receive { HTTPReply($0) != nil }
        guard let reply = HTTPReply(text) else { throw NoReply(text: text) }
        return reply
    }

    /// The peer ended before its reply was complete.
    public struct NoReply: Error, CustomStringConvertible {
        let text: String

        /// What had come by then.
        public var description: String { "no complete reply: '\(text)'" }
    }
}

extension SpawnedServer {
    /// A GET on a connection of its own.
    public func get(_ target: String) throws -> HTTPReply {
        try TCPClient(port: port).get(target, headers: ["Connection: close"])
    }
}
