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

    /// What the generation in force wants.
    package internal(set) var plan: HerdPlan
    package internal(set) var phase = Phase.running
    /// Whether the workers were sent away (SIGWINCH) while the arbiter stays.
    package internal(set) var isWithdrawn = false
    /// The generation in force.
    package internal(set) var generation = 1
    /// The generation that is to follow it, while its workers boot.
    package internal(set) var reload: PendingReload?
    package internal(set) var upgrade = Upgrade.none
    /// Whether the arbiter that started this one is still there.
    package internal(set) var hasElder: Bool
    package internal(set) var workers: [WorkerRecord] = []
    var backoffs: [Int: RespawnBackoff] = [:]
    /// Places with a fork under way.
    var spawning: Set<Post> = []
    /// The highest number that was given to a generation.
    var lastGeneration = 1
    /// Whether any worker of any generation was ever ready, and whether all were at the same time.
    var everReady = false
    var isAnnounced = false
    /// Since when the generation in force can be announced: since all its workers were ready at the same time.
    var completeSince: Int64?
    /// Whether the workers have been told to finish because the server stops.
    var isDraining = false
    /// Whether all workers were ready at the same time once.
    package var hasServed: Bool { isAnnounced }
    var bootFailures = 0
    /// Clients that wait for the outcome of what they ordered.
    var tickets: [Ticket] = []
    // A machine that slept, or an arbiter that was stopped, must not take its workers' silence for a hang.
    var awakeSince: Int64 = 0
    var promised: Int64?

    /// A herd that has not started; `hasElder` when a running server has started this one to replace it.
    package init(plan: HerdPlan, hasElder: Bool = false) {
        self.plan = plan
        self.hasElder = hasElder
    }

    /// Takes in `event` at `now` (monotonic ms) and says what to do about it.
    package mutating func handle(_ event: ArbiterEvent, at now: Int64) -> [ArbiterAction] {
        var actions: [ArbiterAction] = []
        switch event {
        case .start: break
        case .signal(let signal): receive(signal, now, &actions)
        case .terminalClosed: terminalClosed(now, &actions)
        case .order(let order, let client): obey(order, client, now, &actions)
        case .spawned(let pid, let row, let slot, let generation):
            adopt(pid, row: row, Post(slot: slot, generation: generation), now, &actions)
        case .spawnFailed(let slot, let generation, let reason, let permanent):
            spawnFailed(Post(slot: slot, generation: generation), reason, permanent, now, &actions)
        case .ready(let pid, let boot): becameReady(pid, after: boot, now, &actions)
        case .retiring(let pid): update(pid) { $0.isRetiring = true }
        case .ended(let pid, let status): reap(pid, status, now, &actions)
        case .stopped(let pid): update(pid) { $0.stoppedAt = now }
        case .continued(let pid): update(pid) { $0.stoppedAt = nil }
        case .reloadPrepared(let generation, let plan): startReload(generation, plan, now, &actions)
        case .reloadRefused(let reason): reloadFailed(reason, &actions)
        case .renewed(let addresses): renewed(addresses, &actions)
        case .upgradeStarted(let pid, let executable): upgradeStarted(pid, executable, &actions)
        case .upgradeRefused(let reason): upgradeFailed(reason, &actions)
        case .upgradeReady: handOver(now, &actions)
        case .logsReopened: logsReopened(&actions)
        case .logsKept(let reason): logsKept(reason, &actions)
        case .elderGone: elderGone(&actions)
        case .moment(let busy): check(busy, now, &actions)
        }
        announceIfComplete(now, &actions)
        dismissAnnouncers(now, &actions)
        if phase == .running { reconcile(now, &actions) }
        drainIfUnannounced(now, &actions)
        dismissCompanions(now, &actions)
        settle(&actions)
        return actions
    }

    package var policy: ArbiterPolicy { plan.policy }
    /// How many workers are wanted, unless they were sent away.
    package var target: Int { plan.workers }

    func index(of pid: Int32) -> Int? { workers.firstIndex { $0.pid == pid } }

    mutating func update(_ pid: Int32, _ change: (inout WorkerRecord) -> Void) {
        if let index = index(of: pid) { change(&workers[index]) }
    }
}

/// A place to be filled by one process of one generation.
struct Post: Hashable, Sendable {
    let slot: Int
    let generation: Int
}
