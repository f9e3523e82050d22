import Glibc

/// Clients that ask a server at an even pace, beside a test that does something to that server.
///
/// Half of the requests come on connections of their own, half on connections that are kept. As any client may, they
/// send a GET once more when a kept connection has ended before a byte of the reply; everything else that does not lead
/// to the right reply is a failure, and counted with its reason.
public final class Load: @unchecked Sendable {
    private let end = Flag()
    private let board = Board()
    private let thread: Worker<LoadTally>

    /// Starts.
    public init(_ plan: LoadPlan) {
        let (end, board) = (end, board)
        thread = Worker { LoadLoop(plan, tell: { board.write($0) }).run(until: end) }
    }

    deinit { end.set() }

    /// The counts so far, a moment old.
    public var soFar: LoadTally { board.read() }

    /// Waits until so many more requests were answered.
    @discardableResult
    public func waitForAnswers(_ count: Int, within seconds: Double = 20) -> Bool {
        let start = soFar.answered
        return eventually(within: seconds) { soFar.answered >= start + count }
    }

    /// Begins no more requests, waits for those under way, and returns the counts.
    public func stop() -> LoadTally {
        end.set()
        return thread.join()
    }

    /// Where one thread writes and another reads.
    private final class Board: @unchecked Sendable {
        private var lock = pthread_mutex_t()
        private var tally = LoadTally()

        init() { pthread_mutex_init(&lock, nil) }

        func write(_ tally: LoadTally) {
            pthread_mutex_lock(&lock)
            self.tally = tally
            pthread_mutex_unlock(&lock)
        }

        func read() -> LoadTally {
            pthread_mutex_lock(&lock)
            defer { pthread_mutex_unlock(&lock) }
            return tally
        }
    }
}
