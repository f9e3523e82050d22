internal import DroverSystem

/// The signals that a worker reads.
enum WorkerSignals {
    /// Blocked in every thread of the worker and read through one descriptor.
    static let all = SignalSet([.terminate, .interrupt, .quit, .user1, .urgent])

    // What the arbiter acts on and a worker does not: a terminal sends some of these to the whole group.
    static let blocked = SignalSet(everything)

    /// What a thread that only watches leaves to those that serve.
    static let blockedBesideTheWorker = SignalSet(everything + [.abort])

    private static let everything: [Signal] = [
        .terminate, .interrupt, .quit, .user1, .urgent, .hangUp, .user2, .windowChange, .terminalInput, .terminalOutput,
    ]
}
