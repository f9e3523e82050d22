import DroverTestSupport
import Glibc
import Testing

@testable import DroverCore
@testable import DroverSystem

/// Streams that we open, on a loop with a thread of its own.
@Suite struct StreamLoopTests {
    /// Whether `body` ends, which it must within a few seconds, whatever other tests block meanwhile.
    private func ends(_ body: @escaping @Sendable () async -> Void) -> Bool {
        let hasEnded = Flag()
        Task(executorPreference: OwnThread()) {
            await body()
            hasEnded.set()
        }
        return eventually(within: 20) { hasEnded.isSet }
    }

    @Test func streamThatCannotBeWatchedIsGivenUp() throws {
        let listener = try TCPListener()
        let address = "127.0.0.1:\(listener.port)"
        let loop = StreamLoop()
        let isOver = ends {
            await #expect(throws: SystemError.self) { try await loop.connect(to: address, through: LostTransport()) }
        }
        try #require(isOver)
        let servesOn = ends {
            do { try await loop.connect(to: address).close() } catch { Issue.record(error) }
        }
        #expect(servesOn)
    }

    @Test func firstTaskOfALoopRuns() {
        let isOver = ends {
            for _ in 0..<200 {
                let loop = StreamLoop()
                // The loop's thread starts meanwhile.
                for task in (0..<50).map({ _ in loop.startTask {} }) { await task.value }
            }
        }
        #expect(isOver)
    }

    /// What cancels a task holds the task while its handlers run, and so does what resumes it.
    @Test func handlerOfCancellationMayNudgeWhileInputComes() throws {
        // The task has it for as long as this thread waits for the task.
        nonisolated(unsafe) let listener = try TCPListener()
        let address = "127.0.0.1:\(listener.port)"
        let loop = StreamLoop()
        let isOver = ends {
            do {
                nonisolated(unsafe) let stream = try await loop.connect(to: address)
                nonisolated(unsafe) let peer = try TCPClient(accepting: listener)
                let handle = stream.handle
                let waits = Flag()
                let task = loop.startTask {
                    await withTaskCancellationHandler {
                        waits.set()
                        _ = try? await stream.nextEvent(limit: 100)
                    } onCancel: {
                        try? peer.send("x")
                        // The loop finds that meanwhile.
                        usleep(100_000)
                        handle.nudge()
                    }
                }
                while !waits.isSet { await Task.yield() }
                task.cancel()
                await task.value
            } catch {
                Issue.record(error)
            }
        }
        #expect(isOver)
        // One that stands still would keep the test from its end.
        if !isOver { _ = Unmanaged.passRetained(loop) }
    }

    @Test func closedStreamHasEnded() throws {
        let listener = try TCPListener()
        let address = "127.0.0.1:\(listener.port)"
        let loop = StreamLoop()
        let isOver = ends {
            do {
                let stream = try await loop.connect(to: address)
                stream.close()
                #expect(try await stream.read() == nil)
                #expect(try await stream.nextEvent(limit: 100).isEnd)
                try await stream.write("too late")
                await #expect(throws: ConnectionError.self) { try await stream.flush() }
            } catch {
                Issue.record(error)
            }
        }
        #expect(isOver)
    }
}

extension Arrival {
    fileprivate var isEnd: Bool { if case .end = self { true } else { false } }
}

/// A transport that has lost its socket.
private struct LostTransport: ClientTransport {
    func open(_ socket: consuming StreamSocket, to host: String) -> any TransportSession { PlainSession(.closed) }
}
