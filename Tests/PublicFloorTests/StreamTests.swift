import Drover
import DroverSystem
import DroverTestSupport
import DroverTesting
import Testing

// What docs/PLUGINS.md shows of streams and handles.

/// Asks another server for each line.
private struct Relay: MessageProtocol {
    let server: String

    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let line = try await connection.readLine(limit: 4096) else { return .end }
        try await connection.withRequest("relay") {
            try await connection.write(await ask(line, connection.streams) + "\n")
        }
        return .rest
    }

    private func ask(_ line: String, _ streams: StreamLoop) async -> String {
        do {
            let stream = try await streams.connect(to: server, limits: StreamLimits(read: .seconds(5)))
            try await stream.write(line + "\n")
            return try await stream.readLine(limit: 4096) ?? "no answer"
        } catch {
            return "no answer: \(error)"
        }
    }
}

/// Lines that any task leaves for the task of a stream.
private final class Outbox: Sendable {
    private let lines = Locked<[String]>([])
    private let stream: StreamHandle

    init(_ stream: StreamHandle) {
        self.stream = stream
    }

    func leave(_ line: String) {
        lines.withLock { $0.append(line) }
        stream.nudge()
    }

    func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }
}

/// What a protocol from elsewhere does with streams that it opens.
@Suite struct StreamTests {
    /// Runs `body` on a thread of its own: other tests block those that tasks have by default.
    private func onOwnThread(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await Task(executorPreference: OwnThread(), operation: body).value
    }

    /// A server that takes one client's lines until `count` have come, answers with `reply`, and ends.
    private func server(_ reply: String, afterLines count: Int = 1) throws -> (port: UInt16, asked: Worker<String?>) {
        let listener = try TCPListener()
        return (
            listener.port,
            Worker {
                guard let client = try? TCPClient(accepting: listener) else { return nil }
                let lines = try? client.receive { $0.split(separator: "\n").count == count && $0.hasSuffix("\n") }
                try? client.send(reply)
                return lines
            }
        )
    }

    @Test func protocolUnderTestAsksAnotherServer() async throws {
        try await onOwnThread {
            let (port, asked) = try server("forty-two\n")
            #expect(try await Relay(server: "127.0.0.1:\(port)").answers(to: "what?\n") == "forty-two\n")
            #expect(asked.join() == "what?\n")
        }
    }

    @Test func serverThatEndsHasNoAnswer() async throws {
        try await onOwnThread {
            let (port, asked) = try server("")
            #expect(try await Relay(server: "localhost:\(port)").answers(to: "what?\n") == "no answer\n")
            #expect(asked.join() == "what?\n")
        }
    }

    @Test func serverThatIsNotThereIsNamedByItsCall() async throws {
        try await onOwnThread {
            let port = try TCPListener().port
            #expect(
                try await Relay(server: "127.0.0.1:\(port)").answers(to: "what?\n")
                    == "no answer: connect: Connection refused\n")
        }
    }

    @Test func tasksLeaveLinesForTheTaskOfAStream() async throws {
        try await onOwnThread {
            let (port, asked) = try server("heard\n", afterLines: 3)
            let streams = StreamLoop()
            let stream = try await streams.connect(to: "127.0.0.1:\(port)")
            let outbox = Outbox(stream.handle)
            let (heard, mouth) = AsyncStream.makeStream(of: Int.self)
            streams.startTask {
                defer { mouth.finish() }
                do {
                    while true {
                        for line in outbox.take() {
                            stream.append(line + "\n")
                        }
                        switch try await stream.nextEvent(limit: 65_536, readsWhileSending: true) {
                        case .input:
                            mouth.yield(stream.bufferedCount)
                            stream.consume(stream.bufferedCount)
                        case .nudge, .moment: continue
                        case .silence, .drain, .end: return
                        }
                    }
                } catch {
                    Issue.record(error)
                }
            }
            await withTaskGroup { group in
                for name in ["a", "b", "c"] { group.addTask { outbox.leave(name) } }
            }
            var bytes = 0
            for await count in heard { bytes += count }
            #expect(bytes == 6)
            #expect(asked.join().map { Set($0.split(separator: "\n")) } == ["a", "b", "c"])
        }
    }
}
