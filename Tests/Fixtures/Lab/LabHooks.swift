import Drover
import Glibc

/// Writes each hook's call into the file that LAB_HOOKS names; with LAB_HOOKS_FAIL every one of them throws then.
struct LabHooks: ServerHooks {
    private let path: String
    private let fails: Bool

    /// What the environment says; nil for a server without hooks.
    static func fromEnvironment() -> LabHooks? {
        guard let path = getenv("LAB_HOOKS").map({ String(cString: $0) }) else { return nil }
        return LabHooks(path: path, fails: getenv("LAB_HOOKS_FAIL") != nil)
    }

    private func note(_ hook: String, _ rest: String = "") throws(LabError) {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        let line = "\(hook) by=\(getpid()) \(rest)\n"
        guard file >= 0, line.withCString({ write(file, $0, strlen($0)) }) > 0 else {
            throw LabError(description: "cannot write to \(path)")
        }
        close(file)
        if fails { throw LabError(description: "\(hook) was asked to fail") }
    }

    /// A line of /proc/self/status, which says what the process may do.
    private func status(_ key: String) -> String {
        guard let file = fopen("/proc/self/status", "r") else { return "?" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            guard text.hasPrefix("\(key):") else { continue }
            return text.split(whereSeparator: \.isWhitespace).dropFirst().joined(separator: ",")
        }
        return "?"
    }

    func onStarting(_ arbiter: ArbiterInfo) throws {
        try note("onStarting", "name=\(arbiter.name) workers=\(arbiter.workers)")
        if getenv("LAB_HOOKS_THREAD") != nil { startThread(named: "hook-thread") }
    }

    func onReload(_ arbiter: ArbiterInfo) throws { try note("onReload", "generation=\(arbiter.generation)") }

    func whenReady(_ arbiter: ArbiterInfo) throws { try note("whenReady", "generation=\(arbiter.generation)") }

    func preFork(_ arbiter: ArbiterInfo, slot: Int, generation: Int) throws {
        try note("preFork", "slot=\(slot) generation=\(generation)")
    }

    func postFork(_ worker: WorkerIdentity) throws {
        let rights = ["NoNewPrivs", "Uid", "Groups"].map { "\($0)=\(status($0))" }.joined(separator: " ")
        try note("postFork", "slot=\(worker.slot) \(rights)")
    }

    func postWorkerInit(_ worker: WorkerIdentity) throws { try note("postWorkerInit", "slot=\(worker.slot)") }

    func workerInt(_ worker: WorkerIdentity) throws { try note("workerInt", "slot=\(worker.slot)") }

    func workerAbort(_ worker: WorkerIdentity) throws { try note("workerAbort", "slot=\(worker.slot)") }

    func workerExit(_ worker: WorkerIdentity) throws { try note("workerExit", "slot=\(worker.slot)") }

    func childExit(_ arbiter: ArbiterInfo, _ worker: WorkerIdentity, status: String) throws {
        try note("childExit", "slot=\(worker.slot) pid=\(worker.pid) status=\(status)")
    }

    func workersChanged(_ arbiter: ArbiterInfo, from: Int, to: Int) throws {
        try note("workersChanged", "from=\(from) to=\(to)")
    }

    func preExec(_ arbiter: ArbiterInfo) throws { try note("preExec") }

    func onExit(_ arbiter: ArbiterInfo) throws { try note("onExit") }
}

/// Leaves a thread running that does nothing.
func startThread(named name: String) {
    var thread = pthread_t()
    // A new thread has the name of the one that made it.
    nameThread(name)
    pthread_create(&thread, nil, { _ in while true { pause() } }, nil)
}

private func nameThread(_ name: String) {
    guard let file = fopen("/proc/self/comm", "w") else { return }
    fputs(name, file)
    fclose(file)
}
