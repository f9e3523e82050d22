import DroverTestSupport

/// A client of the laboratory's protocol, which carries several requests at a time.
final class StreamClient {
    /// What has come on a stream so far.
    struct Reply {
        var head: [String] = []
        var body: [UInt8] = []
        var hints = 0
        var isOver = false
        var isBroken = false

        var status: String { head.first ?? "" }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let client: TCPClient
    private var received: [UInt8] = []
    /// The replies by their streams' numbers.
    private(set) var replies: [UInt8: Reply] = [:]
    /// The kinds of the frames that have come, with the streams' numbers, in order.
    private(set) var order: [String] = []

    init(port: UInt16) throws {
        client = try TCPClient(port: port)
    }

    /// Opens the stream `number` with a request.
    func request(_ number: UInt8, _ line: String, _ fields: String = "") throws {
        try send("H", number, "\(line) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
    }

    /// Sends a frame of one kind.
    func send(_ kind: Character, _ number: UInt8, _ text: String = "") throws {
        let payload = Array(text.utf8)
        try client.send(
            [kind.asciiValue!, number, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)] + payload)
    }

    /// Receives until `condition` holds.
    ///
    /// - Returns: Whether it does; false when the server ends or says nothing for long.
    @discardableResult
    func receive(until condition: (StreamClient) -> Bool) throws -> Bool {
        while !condition(self) {
            let bytes = try client.receive()
            if bytes.isEmpty { return condition(self) }
            received += bytes
            takeFrames()
        }
        return true
    }

    /// Whether the stream `number` has its whole reply.
    func isOver(_ number: UInt8) -> Bool { replies[number]?.isOver ?? false }

    private func takeFrames() {
        while received.count >= 4, case let end = 4 + Int(received[2]) << 8 + Int(received[3]), received.count >= end {
            let kind = Character(UnicodeScalar(received[0]))
            let payload = received[4..<end]
            order.append("\(kind)\(received[1])")
            var reply = replies[received[1]] ?? Reply()
            switch kind {
            case "H": reply.head = String(decoding: payload, as: UTF8.self).split(separator: "\n").map(String.init)
            case "D": reply.body += payload
            case "E": reply.isOver = true
            case "R": reply.isBroken = true
            case "I": reply.hints += 1
            default: break
            }
            replies[received[1]] = reply
            received.removeFirst(end)
        }
    }
}
