import DroverSystem

@testable import DroverArbiter

/// A state machine with a fake clock and fake processes: forks succeed at once, workers do as the test says.
struct Herd {
    var state: ArbiterState
    var now: Int64 = 1_000
    /// Everything that was asked for and not yet looked at.
    var actions: [ArbiterAction] = []
    var forks = 0
    private var nextPID: Int32 = 100

    init(workers: Int = 2, _ change: (inout ArbiterPolicy) -> Void = { _ in }) {
        var policy = ArbiterPolicy()
        change(&policy)
        state = ArbiterState(policy: policy, target: workers)
    }

    /// A herd whose workers are all ready.
    static func ready(workers: Int = 2, _ change: (inout ArbiterPolicy) -> Void = { _ in }) -> Herd {
        var herd = Herd(workers: workers, change)
        herd.tell(.start)
        herd.makeAllReady()
        herd.actions = []
        return herd
    }

    mutating func tell(_ event: ArbiterEvent) {
        var events = [event]
        while !events.isEmpty {
            for action in state.handle(events.removeFirst(), at: now) {
                actions.append(action)
                guard case .spawn(let slot, let generation) = action else { continue }
                forks += 1
                nextPID += 1
                events.append(.spawned(pid: nextPID, row: Int(nextPID), slot: slot, generation: generation))
            }
        }
    }

    mutating func makeAllReady() {
        for worker in state.workers where worker.isStarting { tell(.ready(pid: worker.pid, after: 40_250)) }
    }

    /// Lets time pass; `busy` says which workers have been at work since when.
    mutating func wait(_ milliseconds: Int64, busy: [Int32: Int64] = [:]) {
        now += milliseconds
        state.expectMoment(at: now)
        tell(.moment(busy: busy))
    }

    mutating func end(_ pid: Int32, _ status: ExitStatus = .exited(0)) {
        tell(.ended(pid: pid, status))
    }

    var pids: [Int32] { state.workers.map(\.pid) }

    /// The signals that were sent, in order.
    var signals: [ArbiterAction] {
        actions.filter { if case .signal = $0 { true } else { false } }
    }

    /// The names of the log lines that were written.
    var lines: [String] {
        actions.compactMap { if case .log(_, let name, _) = $0 { name } else { nil } }
    }

    var exitCode: Int32? {
        for case .leave(let code) in actions { return code }
        return nil
    }
}
