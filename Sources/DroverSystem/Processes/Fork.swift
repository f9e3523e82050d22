import CDrover

/// The two sides of a fork(2).
package enum ForkSide: Sendable {
    /// In the process that called, with the child's id.
    case parent(child: Int32)
    /// In the new process.
    case child
}

/// More than one thread runs where only one may, so a fork would copy locks that stay locked.
package struct ThreadsRunning: Error, Equatable, Sendable, CustomStringConvertible {
    /// The names of all threads of the process.
    package let names: [String]

    package var description: String {
        """
        cannot fork: \(names.count) threads run in the arbiter (\(names.joined(separator: ", "))); code that runs \
        before the workers start must not start threads, tasks or Dispatch: move it into the application's factory
        """
    }
}

/// Makes sure that this process has one thread only, as it must before each fork.
package func requireSingleThread() throws(ThreadsRunning) {
    let threads = threadCensus()
    guard threads.count <= 1 else { throw ThreadsRunning(names: threads) }
}

/// Copies this process, which must have one thread only.
///
/// - Throws: `SystemError` when the kernel refuses (EAGAIN at a process limit, ENOMEM).
package func forkProcess() throws(SystemError) -> ForkSide {
    let child = try systemCall("fork") { c_drover_fork() }
    return child == 0 ? .child : .parent(child: child)
}

/// This process's id, getpid(2).
package var currentProcess: Int32 { getpid() }

/// The id of the process that started this one, or of the one that has adopted it since; getppid(2).
package var parentProcess: Int32 { getppid() }

/// Ends this process at once after writing out what the C library still buffers; exit handlers belong to the arbiter.
package func exitImmediately(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
}
