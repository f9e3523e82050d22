import Drover
import DroverSystem
import Logging

extension Plugin {
    /// The protocol `locks` and the worker class `locks`, all of whose code takes one lock, under which others nudge.
    ///
    /// The worker takes its own lock for a nudge, and where a request begins and ends. So whatever of this code it ran while
    /// it held that lock would wait for ever.
    static var labLocks: Plugin {
        Plugin(
            "lab-locks",
            protocols: [
                ProtocolDefinition("locks", summary: "takes a lock wherever it is called") {
                    try LabLocks(logger: $0.logger)
                }
            ], workerClasses: [WorkerClassDefinition("locks") { try LockingWorker($0) }])
    }
}

/// The lock, and the connections that are nudged under it.
private enum Shared {
    static let nudged = Locked<[UInt64: StreamHandle]>([:])

    /// Nudges again and again, for as long as the process lives.
    static func nudgeForEver() {
        while true {
            nudged.withLock { handles in
                for _ in 0..<50 { for handle in handles.values { handle.nudge() } }
            }
            pauseThread(milliseconds: 1)
        }
    }
}

private struct LabLocks: MessageProtocol {
    let logger: Logger

    init(logger: Logger) throws {
        self.logger = logger
        for _ in 0..<2 { try NativeThread.start(name: "nudging") { Shared.nudgeForEver() } }
    }

    /// What is remembered of a connection.
    private final class Session {
        var nudges = 0
        var moment: Int64?
        /// What follows when there is nothing more to do: silence ends a connection that does not listen.
        var next: Step { moment.map { .listen(until: $0) } ?? .rest }
    }

    private func session(of connection: Connection) -> Session {
        if let session = connection.protocolState as? Session { return session }
        let session = Session()
        connection.protocolState = session
        return session
    }

    func step(_ connection: Connection) -> Step {
        let session = session(of: connection)
        while let line = connection.takeLine(limit: 100) {
            switch line {
            case "wait": return .task
            case "listen": session.moment = connection.monotonicClock + 100
            case "nudge":
                let handle = connection.handle
                session.moment = .max
                Shared.nudged.withLock { $0[handle.id] = handle }
            case "nudges": answer("\(session.nudges)", connection)
            default: answer(line, connection)
            }
        }
        return session.next
    }

    /// Answers as one request, which begins and ends under the lock.
    private func answer(_ text: String, _ connection: Connection) {
        Shared.nudged.withLock { _ in connection.withRequest("locked") { connection.append("\(text)\n") } }
    }

    func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        let session = session(of: connection)
        switch occasion {
        case .nudge:
            Shared.nudged.withLock { _ in session.nudges += 1 }
            return session.next
        case .moment:
            session.moment = nil
            answer("moment", connection)
            return .rest
        case .silence: answer("silence", connection)
        case .drain: answer("drain", connection)
        case .ended: answer("ended", connection)
        case .late: answer("late", connection)
        case .tooLong: answer("too long", connection)
        case .lost:
            Shared.nudged.withLock { $0[connection.id] = nil }
            logger.info("connection lost")
        }
        return .end
    }

    /// Sleeps until its time is over.
    func serveMessage(_ connection: Connection) async throws -> Next {
        let handle = connection.handle
        await connection.withRequest("wait") {
            await withTaskCancellationHandler {
                try? await Task.sleep(for: .seconds(60))
            } onCancel: {
                Shared.nudged.withLock { _ in handle.nudge() }
            }
            connection.append("cancelled\n")
        }
        return .end
    }
}

/// As the class `threads`, with a policy that takes the lock.
private final class LockingWorker: WorkerClass {
    private let loop: ConnectionLoop

    init(_ context: WorkerContext) throws {
        loop = try ConnectionLoop(context, threads: 4, accepting: LockingPolicy())
    }

    func run() throws { try loop.run() }
}

private struct LockingPolicy: AcceptPolicy {
    func decide(_ moment: AcceptMoment) -> AcceptDecision {
        Shared.nudged.withLock { $0.values.first?.nudge() }
        return .acceptByShare
    }
}
