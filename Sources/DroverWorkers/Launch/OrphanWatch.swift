internal import DroverSystem

/// Makes sure that no worker outlives its arbiter, even one whose loop is stuck in a handler.
enum OrphanWatch {
    /// How long an orphan may finish what it has.
    static let graceMilliseconds: Int64 = 1200

    /// Blocks the calling thread until the arbiter is gone, and ends the process a little later.
    ///
    /// A thread of the worker spends its life here: it costs no system call while nothing happens.
    static func run(lifeline: Int32) -> Never {
        waitUntilReadable(lifeline)
        // poll(2) also returns when the kernel has no memory for it, which says nothing about the arbiter.
        while readByte(lifeline) == .nothingYet {
            pauseThread(milliseconds: 1_000)
            waitUntilReadable(lifeline)
        }
        pauseThread(milliseconds: graceMilliseconds + 300)
        exitImmediately(1)
    }
}
