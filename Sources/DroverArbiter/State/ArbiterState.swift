internal import DroverSystem
internal import Logging

/// The arbiter's mind: what happens, given what has happened.
///
/// It makes no system call and has no clock of its own: `handle` is told the time with each event and answers with
/// actions; `nextMoment` says when it wants to be asked again.
package struct ArbiterState: Sendable {
    /// What the arbiter is about.
    package enum Phase: Equatable, Sendable {
        case running
        /// Leaves when the last worker has; kills what is left at the deadline.
        case stopping(code: Int32, deadline: Int64, quick: Bool)
        case over
    }

    /// How many boots in a row may fail before the first worker was ever ready.
    package static let bootAttempts = 3

    package let policy: ArbiterPolicy
    package internal(set) var phase = Phase.running
    /// How many workers are wanted.
    package internal(set) var target: Int
    /// Whether the workers were sent away (SIGWINCH) while the arbiter stays.
    package internal(set) var isWithdrawn = false
    package internal(set) var generation = 1
    package internal(set) var workers: [WorkerRecord] = []
    var backoffs: [Int: RespawnBackoff] = [:]
    /// Slots with a fork under way.
    var spawning: Set<Int> = []
    /// Whether any worker of any generation was ever ready.
    var everReady = false
    var bootFailures = 0
    // A machine that slept, or an arbiter that was stopped, must not take its workers' silence for a hang.
    var awakeSince: Int64 = 0
    var promised: Int64?

    /// A herd of `target` workers that has not started.
    package init(policy: ArbiterPolicy, target: Int) {
        self.policy = policy
        self.target = target
    }

    /// Takes in `event` at `now` (monotonic ms) and says what to do about it.
    package mutating func handle(_ event: ArbiterEvent, at now: Int64) -> [ArbiterAction] {
        var actions: [ArbiterAction] = []
        switch event {
        case .start: reconcile(now, &actions)
        case .signal(let signal): receive(signal, now, &actions)
        case .spawned(let pid, let row, let slot, let generation):
            adopt(pid, row: row, slot: slot, generation: generation, now, &actions)
        case .spawnFailed(let slot, let reason, let permanent):
            spawnFailed(slot, reason, permanent, now, &actions)
        case .ready(let pid, let boot): becameReady(pid, after: boot, now, &actions)
        case .retiring(let pid): update(pid) { $0.isRetiring = true }
        case .ended(let pid, let status): reap(pid, status, now, &actions)
        case .stopped(let pid): update(pid) { $0.stoppedAt = now }
        case .continued(let pid): update(pid) { $0.stoppedAt = nil }
        case .moment(let busy): check(busy, now, &actions)
        }
        if case .running = phase { reconcile(now, &actions) }
        return actions
    }

    /// How many workers are wanted now.
    var wanted: Int { isWithdrawn ? 0 : target }

    func index(of pid: Int32) -> Int? { workers.firstIndex { $0.pid == pid } }

    mutating func update(_ pid: Int32, _ change: (inout WorkerRecord) -> Void) {
        if let index = index(of: pid) { change(&workers[index]) }
    }
}
