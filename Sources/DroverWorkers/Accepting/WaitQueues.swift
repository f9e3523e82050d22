internal import DroverCore
internal import DroverSystem
internal import Logging

/// The queues of new connections that one worker waits on, and the queues that it wants to wait on and cannot.
///
/// To enter a queue takes kernel memory and one of the user's watches, so it can fail. The worker is deaf on that queue
/// then, and tries again at the end of its turn and ten times a second.
final class WaitQueues {
    private static let retryMilliseconds: Int64 = 100

    private struct Queue {
        let listener: WorkerListener
        /// The number by which the poller knows the socket.
        var number: Int32
        /// A second number of the same socket, if the queue is shared; see `goToTheEnd`.
        var spare: Int32?
        var isEntered = false
    }

    private var queues: [Queue] = []
    private let logger: Logger
    private var wantsShared = false
    private var wantsOwn = false
    private var complaint = Complaint()
    /// Monotonic ms of the first line about deafness; nil when there is none to take back.
    private var complainedAt: Int64?
    /// Whether any of them is shared with other workers.
    let areShared: Bool
    /// Monotonic ms since when the worker has not been on each queue that it wants to be on; nil while it is.
    private(set) var deafSince: Int64?
    /// Monotonic ms of the next attempt; nil while none is needed.
    private(set) var retryAt: Int64?
    /// Whether the last `settle` was an attempt that failed.
    private(set) var hasJustFailed = false
    /// What the kernel said to the last attempt that failed.
    private(set) var obstacle: SystemError?

    /// The queues of `listeners`, of which the worker is on none yet.
    ///
    /// - Throws: `SystemError` when there are no descriptors left.
    init(_ listeners: [WorkerListener], logger: Logger) throws(SystemError) {
        self.logger = logger
        areShared = listeners.contains(where: \.isShared)
        for listener in listeners {
            let number = listener.descriptor
            let spare = listener.isShared ? try Descriptor.duplicate(number).release() : nil
            queues.append(Queue(listener: listener, number: number, spare: spare))
        }
    }

    /// Whether the worker is on all of them.
    var waitsOnAll: Bool { queues.allSatisfy(\.isEntered) }

    /// Whether the worker is on the queue of the listener at `index`.
    func isOn(_ index: Int) -> Bool { queues[index].isEntered }

    /// Enters the queues that the worker is to wait on, and leaves the others.
    func settle(shared: Bool, own: Bool, _ poller: borrowing Poller, now: Int64) {
        hasJustFailed = false
        let isNew = shared != wantsShared || own != wantsOwn
        guard isNew || retryAt.map({ $0 <= now }) == true else { return }
        wantsShared = shared
        wantsOwn = own
        obstacle = nil
        for index in queues.indices {
            let isWanted = queues[index].listener.isShared ? shared : own
            if isWanted == queues[index].isEntered { continue }
            if isWanted { enter(index, poller, now: now) } else { leave(index, poller) }
        }
        noteOutcome(now: now)
    }

    /// Lets the next `settle` try again: there may be room now.
    func retry(now: Int64) {
        if retryAt != nil { retryAt = now }
    }

    /// Goes to the end of the queue at `index`: another worker is woken for the next connection.
    ///
    /// The kernel wakes the last to be added last; an exclusive watch cannot be modified, epoll_ctl(2). The worker enters
    /// with its other number before it leaves with the first, so it keeps its place when the kernel refuses. To enter is
    /// also to look: a connection that waits already is reported.
    func goToTheEnd(of index: Int, _ poller: borrowing Poller) {
        let queue = queues[index]
        guard let spare = queue.spare, queue.isEntered else { return }
        guard (try? poller.add(spare, .acceptable, word: PollerWord.listener(index))) != nil else { return }
        poller.remove(queue.number)
        queues[index].number = spare
        queues[index].spare = queue.number
    }

    /// Looks at all shared queues as if for the first time.
    func look(_ poller: borrowing Poller) {
        for index in queues.indices { goToTheEnd(of: index, poller) }
    }

    /// Ends reports about the queue at `index`, which the worker is not on: the kernel did not let it leave.
    ///
    /// - Returns: Whether the kernel lets it now.
    func silence(_ index: Int, _ poller: borrowing Poller) -> Bool {
        let numbers = [queues[index].number, queues[index].spare].compactMap { $0 }
        return numbers.count { !poller.remove($0) } == 0
    }

    /// Closes the worker's copies of the sockets.
    func close() {
        for queue in queues {
            for number in [queue.number, queue.spare].compactMap({ $0 }) { Descriptor(owning: number).close() }
        }
        queues = []
    }

    private func enter(_ index: Int, _ poller: borrowing Poller, now: Int64) {
        let queue = queues[index]
        do throws(SystemError) {
            let events = queue.listener.isShared ? PollEvents.acceptable : .readable
            try poller.add(queue.number, events, word: PollerWord.listener(index))
            queues[index].isEntered = true
        } catch {
            obstacle = error
            guard complaint.isDue(now: now) else { return }
            complainedAt = complainedAt ?? now
            logger.event(.error, "listen_failed", ["listener": queue.listener.address, "error": error])
        }
    }

    private func leave(_ index: Int, _ poller: borrowing Poller) {
        poller.remove(queues[index].number)
        queues[index].isEntered = false
    }

    private func noteOutcome(now: Int64) {
        if obstacle != nil {
            hasJustFailed = true
            deafSince = deafSince ?? now
            retryAt = now + Self.retryMilliseconds
            return
        }
        deafSince = nil
        retryAt = nil
        if let since = complainedAt, wantsShared || wantsOwn {
            complainedAt = nil
            logger.event(.info, "listen_resumed", ["after_ms": now - since])
        }
    }
}
