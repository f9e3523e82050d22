import DroverCore
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

    /// What the next reload finds in the configuration; nil is a mistake.
    var nextPlan: HerdPlan?
    /// The addresses for which the next reload finds new files, and nothing else.
    var renewable: [String] = []
    /// Why a log file cannot be opened again; nil when each can.
    var logFailure: String?

    init(
        workers: Int = 2, companions: [CompanionPresence] = [], hasElder: Bool = false,
        _ change: (inout ArbiterPolicy) -> Void = { _ in }
    ) {
        var policy = ArbiterPolicy()
        change(&policy)
        let plan = HerdPlan(policy: policy, workers: workers, companions: companions)
        state = ArbiterState(plan: plan, hasElder: hasElder)
        nextPlan = plan
    }

    /// A herd whose workers are all ready.
    static func ready(
        workers: Int = 2, companions: [CompanionPresence] = [], hasElder: Bool = false,
        _ change: (inout ArbiterPolicy) -> Void = { _ in }
    ) -> Herd {
        var herd = Herd(workers: workers, companions: companions, hasElder: hasElder, change)
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
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }

    private mutating func perform(_ action: ArbiterAction) -> ArbiterEvent? {
        switch action {
        case .spawn(let slot, let generation):
            forks += 1
            nextPID += 1
            return .spawned(pid: nextPID, row: Int(nextPID), slot: slot, generation: generation)
        case .prepareReload(let generation):
            guard let nextPlan else { return .reloadRefused(reason: "drover.yaml:1:1: wrong") }
            if !renewable.isEmpty { return .renewed(addresses: renewable) }
            return .reloadPrepared(generation: generation, nextPlan)
        case .reopenLogs: return logFailure.map { .logsKept(reason: $0) } ?? .logsReopened
        default: return nil
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

    /// The process ids of the workers of a generation.
    func pids(of generation: Int) -> [Int32] {
        state.workers.filter { $0.generation == generation }.map(\.pid)
    }

    /// Ends every worker that was told to go.
    mutating func endDrained() {
        for worker in state.workers where !worker.isReady && !worker.isStarting { end(worker.pid) }
    }

    /// What clients of the control socket were told.
    var answers: [String] {
        actions.compactMap { if case .answer(let client, let status, _) = $0 { "\(client): \(status)" } else { nil } }
    }

    /// The words in which clients of the control socket were told.
    var answerTexts: [String] {
        actions.compactMap { if case .answer(_, _, let text) = $0 { text } else { nil } }
    }

    /// The process ids of the companions of a generation that announce it.
    func announcers(of generation: Int = 1) -> [Int32] {
        state.workers.filter { $0.generation == generation && $0.isAnnouncer }.map(\.pid)
    }

    /// The process ids of the workers proper of a generation.
    func servers(of generation: Int = 1) -> [Int32] {
        state.workers.filter { $0.generation == generation && !$0.isCompanion }.map(\.pid)
    }

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
