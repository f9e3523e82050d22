internal import DroverCore
internal import DroverSystem
internal import Logging

/// Calls the hook `workerAbort` when the worker is aborted, while the thread that hangs waits to die of it.
enum AbortWatch {
    /// Blocks the calling thread until the arbiter is gone; a server without hooks returns at once, and its
    /// workers die of SIGABRT as they always do.
    static func run(_ launch: WorkerLaunch) {
        if launch.hooks.isEmpty { return }
        do {
            // The arbiter waits abort_grace before it kills; half of it leaves time for a core.
            let patience = launch.settings.timeouts.abortGrace.inMilliseconds / 2
            let notice = try AbortNotice(milliseconds: Int32(clamping: patience))
            while notice.wait(orUntilReadable: launch.lifeline) {
                launch.runHook("workerAbort") { try $0.workerAbort(launch.identity) }
                notice.answer()
            }
        } catch {
            launch.logs.logger.event(.warning, "hook_unavailable", ["hook": "workerAbort", "error": error])
        }
    }
}
