/// Code of the user's own that runs at the turning points of a server's life.
///
/// All of them do nothing unless they are written. What a hook throws is logged, as `event=hook_failed`, and changes
/// nothing else. The arbiter waits for those that run in it, as do all workers that it should look after: they have to
/// be quick, and must start no thread, task or Dispatch, or no worker can be forked any more
/// (`event=hook_left_threads`). Those that run in a worker may do what a worker may, with the worker's user and group.
public protocol ServerHooks: Sendable {
    /// In the arbiter, before it binds anything; gunicorn's on_starting.
    func onStarting(_ arbiter: ArbiterInfo) throws
    /// In the arbiter, when a reload was read, found right and bound, before its workers are forked; gunicorn's on_reload.
    func onReload(_ arbiter: ArbiterInfo) throws
    /// In the arbiter, once, when all workers are ready for the first time; gunicorn's when_ready.
    func whenReady(_ arbiter: ArbiterInfo) throws
    /// In the arbiter, before it forks the worker of a slot; gunicorn's pre_fork.
    func preFork(_ arbiter: ArbiterInfo, slot: Int, generation: Int) throws
    /// In the arbiter, when a worker has ended and is reaped; gunicorn's child_exit.
    ///
    /// The status reads `exit code 0` or `SIGKILL`.
    func childExit(_ arbiter: ArbiterInfo, _ worker: WorkerIdentity, status: String) throws
    /// In the arbiter, when another number of workers is wanted than before; gunicorn's nworkers_changed.
    func workersChanged(_ arbiter: ArbiterInfo, from: Int, to: Int) throws
    /// In the arbiter, before it starts the new binary of an upgrade; gunicorn's pre_exec.
    func preExec(_ arbiter: ArbiterInfo) throws
    /// In the arbiter, last of all; gunicorn's on_exit.
    func onExit(_ arbiter: ArbiterInfo) throws

    /// In a worker, before any other code of the user's; gunicorn's post_fork.
    func postFork(_ worker: WorkerIdentity) throws
    /// In a worker, when its applications are made and before it accepts; gunicorn's post_worker_init.
    func postWorkerInit(_ worker: WorkerIdentity) throws
    /// In a worker, when SIGINT or SIGQUIT tells it to leave at once; gunicorn's worker_int.
    func workerInt(_ worker: WorkerIdentity) throws
    /// In a worker, when it is aborted because it hangs (SIGABRT), on a thread that does not; gunicorn's worker_abort.
    ///
    /// It has half of `abort_grace`. Whatever lock the thread that hangs holds stays locked meanwhile.
    func workerAbort(_ worker: WorkerIdentity) throws
    /// In a worker, last of all, unless something kills it; gunicorn's worker_exit.
    func workerExit(_ worker: WorkerIdentity) throws
}

extension ServerHooks {
    /// Does nothing.
    public func onStarting(_ arbiter: ArbiterInfo) {}
    /// Does nothing.
    public func onReload(_ arbiter: ArbiterInfo) {}
    /// Does nothing.
    public func whenReady(_ arbiter: ArbiterInfo) {}
    /// Does nothing.
    public func preFork(_ arbiter: ArbiterInfo, slot: Int, generation: Int) {}
    /// Does nothing.
    public func childExit(_ arbiter: ArbiterInfo, _ worker: WorkerIdentity, status: String) {}
    /// Does nothing.
    public func workersChanged(_ arbiter: ArbiterInfo, from: Int, to: Int) {}
    /// Does nothing.
    public func preExec(_ arbiter: ArbiterInfo) {}
    /// Does nothing.
    public func onExit(_ arbiter: ArbiterInfo) {}
    /// Does nothing.
    public func postFork(_ worker: WorkerIdentity) {}
    /// Does nothing.
    public func postWorkerInit(_ worker: WorkerIdentity) {}
    /// Does nothing.
    public func workerInt(_ worker: WorkerIdentity) {}
    /// Does nothing.
    public func workerAbort(_ worker: WorkerIdentity) {}
    /// Does nothing.
    public func workerExit(_ worker: WorkerIdentity) {}
}
