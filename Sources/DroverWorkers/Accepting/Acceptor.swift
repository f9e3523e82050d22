internal import DroverCore
internal import DroverSystem
internal import Logging

/// The listeners of one worker: when it waits for connections, and taking them.
///
/// A queue that all workers share is waited for by turns and by share; a queue of the worker's own whenever it has room.
struct Acceptor: ~Copyable {
    // Out of descriptors, there is nothing to do but wait for some to be closed.
    private static let pauseMilliseconds: Int64 = 200
    private static let complaintMilliseconds: Int64 = 10_000

    private let listeners: [WorkerListener]
    private let gate: AcceptGate
    private let row: RowReference
    private let ledger: Ledger
    private let logger: Logger
    // As the row says; before the first update it is nothing that an update could want.
    private var stance: AcceptStance?
    private var waitsForShared = false
    private var waitsForOwn = false
    private var isOver = false
    private var reserve: Descriptor?
    /// Monotonic ms of the last line about running out; peers that sit there must not fill the log.
    private var lastComplaint: Int64?
    /// Monotonic ms until which nothing is accepted, because the last attempt ran out of descriptors.
    private(set) var pausedUntil: Int64?

    init(_ context: WorkerContext, ledger: Ledger, limit: Int) {
        listeners = context.listeners
        row = context.row
        logger = context.logger
        self.ledger = ledger
        gate = AcceptGate(scoreboard: context.scoreboard, own: context.row, limit: limit)
        reserve = try? Descriptor.reserve()
    }

    /// Whether it waits on all of its queues.
    var waits: Bool { waitsForShared && waitsForOwn }

    /// Waits on the listeners' queues or leaves them, as the number of connections and the siblings' say.
    ///
    /// - Parameters:
    ///   - poller: Where it waits.
    ///   - connections: How many the worker has.
    ///   - room: Whether another one would find somebody to serve it.
    mutating func update(_ poller: borrowing Poller, connections: Int, hasRoom room: Bool) {
        guard !isOver, gate.isAdmitted else { return }
        let hasRoom = room && pausedUntil == nil && gate.hasRoom(connections)
        if hasRoom != waitsForOwn {
            waitsForOwn = hasRoom
            change(poller, to: hasRoom) { !$0.isShared }
        }
        let wanted: AcceptStance = !hasRoom ? .full : gate.admits(connections) ? .waiting : .holdingBack
        guard wanted != stance else { return }
        stance = wanted
        row.setStance(wanted)
        if waitsForShared != (wanted == .waiting) {
            waitsForShared.toggle()
            change(poller, to: waitsForShared) { $0.isShared }
        }
        switch wanted {
        case .waiting: break
        // Those who hold back in favour of this worker.
        case .full: gate.nudgeSiblings()
        // Whoever looked at this row between the decision and the mark could not know that it has to wake us.
        case .holdingBack: if gate.admits(connections) { update(poller, connections: connections, hasRoom: room) }
        }
    }

    /// Takes one connection from the listener at `index`.
    mutating func accept(_ index: Int, _ poller: borrowing Poller, now: Int64) -> Accepted? {
        let listener = listeners[index]
        guard listener.isShared ? waitsForShared : waitsForOwn else { return nil }
        return take(listener, poller, now: now)
    }

    /// Goes to the end of the wait queue of the listener at `index`: somebody else takes the next connection.
    func goToTheEnd(of index: Int, _ poller: borrowing Poller) {
        guard listeners[index].isShared, waitsForShared else { return }
        // Removed and added, the worker is the last that the kernel wakes; it cannot be modified, epoll_ctl(2).
        poller.remove(listeners[index].descriptor)
        add(index, poller)
    }

    /// Takes what is in the queues already, and leaves them for good.
    mutating func finish(_ poller: borrowing Poller, now: Int64, _ serve: (consuming Accepted) -> Void) {
        guard !isOver else { return }
        leave(poller)
        isOver = true
        for listener in listeners {
            while let accepted = take(listener, poller, now: now) { serve(accepted) }
            _ = Descriptor(owning: listener.descriptor)
        }
    }

    /// Ends a pause whose time has come.
    mutating func endPause(now: Int64) {
        guard let moment = pausedUntil, now >= moment else { return }
        pausedUntil = nil
        if reserve == nil { reserve = try? Descriptor.reserve() }
    }

    /// A connection before anybody serves it.
    struct Accepted: ~Copyable {
        let socket: StreamSocket
        let peer: SocketAddress
        let listener: WorkerListener
    }

    private mutating func take(_ listener: WorkerListener, _ poller: borrowing Poller, now: Int64) -> Accepted? {
        while true {
            switch acceptConnection(listener.descriptor) {
            case .connection(let descriptor, let peer):
                ledger.count(.accepted)
                return Accepted(socket: StreamSocket(descriptor), peer: peer, listener: listener)
            case .wouldBlock: return nil
            case .aborted: continue
            case .exhausted(let error):
                pause(error, poller, now: now)
                return nil
            case .failed(let error):
                logger.event(.error, "accept_failed", ["listener": listener.address, "error": error])
                pause(error, poller, now: now)
                return nil
            }
        }
    }

    private mutating func pause(_ error: SystemError, _ poller: borrowing Poller, now: Int64) {
        leave(poller)
        gate.nudgeSiblings()
        pausedUntil = now + Self.pauseMilliseconds
        // The reserve makes room for what the process itself has to open meanwhile, a log for instance.
        if now - (lastComplaint ?? -Self.complaintMilliseconds) >= Self.complaintMilliseconds {
            lastComplaint = now
            logger.event(.warning, "accept_paused", ["error": error])
        }
        reserve = nil
    }

    private mutating func leave(_ poller: borrowing Poller) {
        if waitsForShared { change(poller, to: false) { $0.isShared } }
        if waitsForOwn { change(poller, to: false) { !$0.isShared } }
        waitsForShared = false
        waitsForOwn = false
        stance = .full
        row.setStance(.full)
    }

    private func change(_ poller: borrowing Poller, to wanted: Bool, where applies: (WorkerListener) -> Bool) {
        for index in listeners.indices where applies(listeners[index]) {
            if wanted { add(index, poller) } else { poller.remove(listeners[index].descriptor) }
        }
    }

    private func add(_ index: Int, _ poller: borrowing Poller) {
        let listener = listeners[index]
        do {
            let events = listener.isShared ? PollEvents.acceptable : .readable
            try poller.add(listener.descriptor, events, word: PollerWord.listener(index))
        } catch {
            logger.event(.error, "listen_failed", ["listener": listener.address, "error": error])
        }
    }

    /// Looks at the shared queues as if for the first time: a sibling was told of a connection and cannot take it.
    func look(_ poller: borrowing Poller) {
        guard waitsForShared else { return }
        change(poller, to: false) { $0.isShared }
        change(poller, to: true) { $0.isShared }
    }

    /// Asks the siblings to look at the queues.
    func passOn() {
        gate.wakeWaiting()
    }

    /// Tells siblings that may have fallen behind to come back.
    func nudgeSiblings() {
        gate.nudgeSiblings()
    }
}
