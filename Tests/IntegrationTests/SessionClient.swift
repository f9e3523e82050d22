import DroverCore
import DroverSystem
import DroverTestSupport
import Testing

/// A client that drives a transport's session by hand, with a bound on every wait.
final class SessionClient {
    let session: any TransportSession
    private let patience: Int32 = 20_000

    /// Begins to connect to a port of the loopback, where a server is called `name`.
    init(_ transport: some ClientTransport, port: UInt16, name: String) throws {
        session = transport.open(try StreamSocket(connecting: .ipv4(0x7F00_0001, port: port)), to: name)
    }

    struct Stranger: Error {
        let peer: ForeignPeer
    }

    struct Late: Error {
        let wait: String
    }

    private static func number(_ session: some TransportSession) -> Int32 { session.socket.descriptor }

    private func waitForInput(_ wait: String) throws {
        if !waitUntilReadable(Self.number(session), milliseconds: patience) { throw Late(wait: wait) }
    }

    /// Goes on until the handshake is complete.
    func shakeHands() throws -> Handshake {
        while true {
            switch try session.handshake() {
            case .complete(let handshake): return handshake
            case .wantsInput: try waitForInput("handshake")
            // The socket connects, or takes a few hundred bytes in a moment.
            case .wantsOutput: pauseThread(milliseconds: 1)
            case .foreign(let peer): throw Stranger(peer: peer)
            }
        }
    }

    /// Sends all of `text`.
    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        try #require(
            eventually {
                let result = session.send(bytes.span.bytes.extracting(sent...), RawSpan())
                if case .bytes(let count) = result { sent += count }
                if case .failed = result { return true }
                return sent == bytes.count
            })
    }

    /// Receives until `isEnough` holds for what came, or the server ends.
    func receive(until isEnough: (String) -> Bool) throws -> String {
        var received: [UInt8] = []
        while !isEnough(String(decoding: received, as: UTF8.self)) {
            var result = TransferResult.wouldBlock
            received.append(addingCapacity: 4096) { space in
                space.withUnsafeMutableBufferPointer { memory, filled in
                    let room = UnsafeMutableRawBufferPointer(memory)
                    var span = OutputRawSpan(buffer: room, initializedCount: 0)
                    result = session.receive(into: &span)
                    filled = span.finalize(for: room)
                }
            }
            switch result {
            case .bytes: continue
            case .wouldBlock: try waitForInput("input")
            case .endOfStream, .failed: return String(decoding: received, as: UTF8.self)
            }
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Sends `text`, and receives to the end.
    func ask(_ text: String) throws -> String {
        try send(text)
        return try receive { _ in false }
    }
}
