/// The exit codes of a worker, which tell the arbiter what its end means.
package enum WorkerExit {
    /// It was asked to go, and went.
    package static let stopped: Int32 = 0
    /// It failed after it was ready.
    package static let failed: Int32 = 1
    /// It never became ready, gunicorn's code for the same.
    package static let failedToBoot: Int32 = 3
}
