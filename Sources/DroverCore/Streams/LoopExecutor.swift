package import DroverSystem

internal import struct Synchronization.Atomic

/// Runs tasks on the thread of an event loop: no hop, and no lock for what the loop's own thread enqueues.
///
/// Jobs from other threads (a finished `Task.sleep`, a library's callback) come through a locked list and an eventfd.
///
/// Unchecked: the jobs, which only the thread goes to whose number stands here. Until one has adopted the executor, all jobs
/// come through the list.
package final class LoopExecutor: TaskExecutor, SerialExecutor, @unchecked Sendable {
    package let wake: WakeDescriptor
    // The loop's thread alone touches it, for the length of an append or a swap, in which no other code runs. A check would
    // cost each piece of a task.
    @exclusivity(unchecked) private var jobs = Jobs()
    private let foreign = Locked<[UnownedJob]>([])
    // No thread has the number 0.
    private let thread = Atomic<UInt>(0)

    package init() throws(SystemError) {
        wake = try WakeDescriptor()
    }

    /// Makes the calling thread the one that runs the jobs.
    package func adoptCurrentThread() {
        thread.store(NativeThread.current, ordering: .relaxed)
    }

    /// Whether the calling thread is the loop's.
    package var isCurrent: Bool { NativeThread.current == thread.load(ordering: .relaxed) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        if isCurrent {
            jobs.ready.append(unowned)
            return
        }
        let first = foreign.withLock { foreign in
            foreign.append(unowned)
            return foreign.count == 1
        }
        // Later ones find the eventfd set already.
        if first { wake.wake() }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Takes over what other threads have enqueued; called when the eventfd was set.
    package func collectForeign() {
        wake.reset()
        foreign.withLock { foreign in
            jobs.ready.append(contentsOf: foreign)
            foreign.removeAll(keepingCapacity: true)
        }
    }

    /// Whether a job waits to run.
    package var hasReady: Bool { !jobs.ready.isEmpty }

    /// Runs the jobs that wait now.
    ///
    /// What they enqueue runs at the next call, so that input gets its turn in between.
    package func runReady() {
        if !hasReady { return }
        jobs.begin()
        let executor = asUnownedTaskExecutor()
        for job in jobs.running { job.runSynchronously(on: executor) }
        jobs.running.removeAll(keepingCapacity: true)
    }

    private struct Jobs {
        var ready: [UnownedJob] = []
        /// What was ready when this turn began, with memory for the next.
        var running: [UnownedJob] = []

        mutating func begin() { swap(&ready, &running) }
    }
}
