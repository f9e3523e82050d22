// The task of a connection whose protocol is one of messages: it waits where the loop of `advance` cannot.

extension Connection {
    /// Serves the messages of the connection until it is over, or has been silent for so long that it needs no task.
    func serveMessages(of messages: some MessageProtocol) async throws {
        var standing = advance()
        while true {
            switch standing {
            case .over: return
            case .turn:
                await takeTurns()
                standing = advance()
            case .waits:
                pause = .steps
                let wakeup = await wait(for: .input, until: waitDue)
                pause = .none
                switch wakeup {
                case .ready, .nudged, .draining, .cancelled: standing = advance()
                case .timedOut: standing = advanceAtDeadline()
                case .rest:
                    carrier = .leavingTask
                    return
                case .stopping:
                    move(.over)
                    return
                }
            case .needsTask:
                do {
                    if owed == .message {
                        owed = .nothing
                        standing = advance(after: try await messages.serveMessage(self))
                    } else {
                        try await flush()
                        if isOver { return }
                        standing = advance()
                    }
                } catch let error as ConnectionError where !error.isUpstream {
                    standing = advance(after: error)
                }
            }
        }
    }
}
