import Drover
import struct Synchronization.Atomic

/// Remembers in each worker which one it is.
struct WorkerMemory: ServerHooks {
    /// Who answers, as `whoami` says it.
    struct Worker: Encodable, Sendable {
        let slot: Int
        let pid: Int
    }

    private static let slot = Atomic<Int>(-1)
    private static let pid = Atomic<Int>(0)

    static var current: Worker {
        Worker(slot: slot.load(ordering: .relaxed), pid: pid.load(ordering: .relaxed))
    }

    func postFork(_ worker: WorkerIdentity) {
        Self.slot.store(worker.slot, ordering: .relaxed)
        Self.pid.store(Int(worker.pid), ordering: .relaxed)
    }
}
