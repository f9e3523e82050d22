internal import DroverCore

/// A policy that is asked while the loop's turn has given up the lock of its threads: it may take a lock of its own.
struct UnlockedPolicy: AcceptPolicy {
    private var policy: any AcceptPolicy
    private let threads: ServingThreads

    init(_ policy: any AcceptPolicy, _ threads: ServingThreads) {
        self.policy = policy
        self.threads = threads
    }

    mutating func decide(_ moment: AcceptMoment) -> AcceptDecision {
        threads.amidTurn { policy.decide(moment) }
    }
}
