import Drover
import DroverTestSupport
import DroverTesting
import Testing

/// Asks another server for each line; docs/PLUGINS.md shows it.
private struct Relay: MessageProtocol {
    let server: String

    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let line = try await connection.readLine(limit: 4096) else { return .end }
        try await connection.withRequest("relay") {
            let stream = try await connection.streams.connect(to: server, limits: StreamLimits(read: .seconds(5)))
            try await stream.write(line + "\n")
            let reply = try await stream.readLine(limit: 4096)
            try await connection.write((reply ?? "no answer") + "\n")
        }
        return .rest
    }
}

/// What a protocol from elsewhere does with streams that it opens.
@Suite struct StreamTests {
    /// A server that answers one line with `reply` and then ends.
    private func server(_ reply: String) throws -> (port: UInt16, asked: Worker<String?>) {
        let listener = try TCPListener()
        return (
            listener.port,
            Worker {
                guard let client = try? TCPClient(accepting: listener) else { return nil }
                let line = try? client.receive { $0.hasSuffix("\n") }
                try? client.send(reply)
                return line
            }
        )
    }

    @Test func protocolUnderTestAsksAnotherServer() async throws {
        let (port, asked) = try server("forty-two\n")
        #expect(try await Relay(server: "127.0.0.1:\(port)").answers(to: "what?\n") == "forty-two\n")
        #expect(asked.join() == "what?\n")
    }

    @Test func serverThatEndsHasNoAnswer() async throws {
        let (port, asked) = try server("")
        #expect(try await Relay(server: "localhost:\(port)").answers(to: "what?\n") == "no answer\n")
        #expect(asked.join() == "what?\n")
    }

    @Test func serverThatIsNotThereIsNamedByItsCall() async throws {
        let port = try TCPListener().port
        await #expect(throws: SystemError("connect", 111)) {
            try await Relay(server: "127.0.0.1:\(port)").exchange([Array("what?\n".utf8)])
        }
    }
}
