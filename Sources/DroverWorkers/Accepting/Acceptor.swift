internal import DroverCore
internal import DroverSystem
internal import Logging

/// The listeners of one worker: when it waits for connections, and taking them.
///
/// A queue that all workers share is waited for by turns and by share; a queue of the worker's own whenever it has room.
/// A class, as what it calls may ask it again: to find room, or to serve what a drain takes, the loop looks at it.
final class Acceptor {
    // Out of descriptors, there is nothing to do but wait for some to be closed.
    private static let pauseMilliseconds: Int64 = 200
    // A client that has connected and gone again may be one of many.
    private static let mostAborted = 64
    // For one connection that is about to be closed.
    private static let momentMilliseconds: Int64 = 5
    // A policy that wants to be asked again at once must not keep the loop spinning.
    private static let declining = Duration.milliseconds(10)...Duration.seconds(3_600)

    private let listeners: [WorkerListener]
    private let gate: AcceptGate
    private let limit: Int
    private let row: RowReference
    private let ledger: Ledger
    private let logger: Logger
    private let queues: WaitQueues
    private var policy: (any AcceptPolicy)?
    // To ask this of the policy itself would copy it.
    private let hasPolicy: Bool
    private var stance: AcceptStance = .absent
    private var isOver = false
    private var isHeld = false
    /// What the last update knew, and until when that is good enough.
    private var known: (connections: Int, until: Int64) = (0, .min)
    /// Whether it stays away because all places are taken by connections that are at work.
    private(set) var isCrowded = false
    private var reserve: Descriptor?
    private var pauseComplaint = Complaint()
    private var failureComplaint = Complaint()
    /// Monotonic ms until which nothing is accepted, because something has run out or the policy has declined.
    private var pausedUntil: Int64?

    init(_ context: WorkerContext, ledger: Ledger, limit: Int, policy: (any AcceptPolicy)?) throws(SystemError) {
        listeners = context.listeners
        queues = try WaitQueues(context.listeners, logger: context.logger)
        row = context.row
        logger = context.logger
        self.ledger = ledger
        self.limit = limit
        self.policy = policy
        hasPolicy = policy != nil
        gate = AcceptGate(scoreboard: context.scoreboard, own: context.row, limit: limit)
        reserve = try? Descriptor.reserve()
    }

    /// Whether it waits on all of its queues.
    var waits: Bool { queues.waitsOnAll }

    /// Monotonic ms since when it has wanted to wait and could not; nil while it can.
    var deafSince: Int64? { queues.deafSince }

    /// Why it is deaf.
    var obstacle: SystemError? { queues.obstacle }

    /// Whether the last update has tried to wait and could not.
    var hasJustFailed: Bool { queues.hasJustFailed }

    /// Lets the next update try again to wait: there may be room now.
    func retry(now: Int64) { queues.retry(now: now) }

    /// When to update it even if nothing happens, in monotonic ms; nil when there is no need.
    var nextMoment: Int64? {
        // Asked in every turn, so no list is made for it.
        guard let pausedUntil, let retryAt = queues.retryAt else { return pausedUntil ?? queues.retryAt }
        return min(pausedUntil, retryAt)
    }

    /// Whether there is a place for one more than `connections`, without another's.
    func hasPlace(besides connections: Int) -> Bool { gate.hasPlace(besides: connections) }

    /// Whether a sibling could take the next connection of the listener at `index` without another's place.
    func siblingsHavePlaces(for index: Int) -> Bool { listeners[index].isShared && gate.siblingsHavePlaces }

    // What siblings have changes all the time, and the worker looks at it when its own number changes, when a sibling asks
    // it to, and after this time. A worker that sleeps does not look at all.
    private static let staleMilliseconds: Int64 = 10

    /// Whether an update would change nothing that matters: the worker waits, and has as many connections as before.
    func isSettled(connections: Int, now: Int64) -> Bool {
        stance == .waiting && connections == known.connections && now < known.until
    }

    /// Waits on the listeners' queues or leaves them, as the number of connections and the siblings' say.
    ///
    /// - Parameters:
    ///   - poller: Where it waits.
    ///   - connections: How many the worker serves.
    ///   - room: Whether the worker could serve another one.
    ///   - mayMakePlace: Whether one of them may give its place to another; asked when there is no other.
    ///   - now: Monotonic ms.
    func update(
        _ poller: borrowing Poller, connections: Int, hasRoom room: Bool, mayMakePlace: @autoclosure () -> Bool,
        now: Int64
    ) {
        guard !isOver, gate.isAdmitted else { return }
        known = (connections, now + Self.staleMilliseconds)
        endPause(now: now)
        isCrowded = !gate.hasPlace(besides: connections) && !mayMakePlace()
        let hasRoom = room && pausedUntil == nil && !isCrowded
        let wanted: AcceptStance =
            if pausedUntil != nil {
                .paused
            } else if !hasRoom {
                .full
            } else {
                choose(connections, now: now)
            }
        queues.settle(shared: wanted == .waiting, own: hasRoom && wanted != .declining, poller, now: now)
        let isNew = declare(queues.deafSince == nil ? wanted : .deaf)
        // A sibling that looked at this row between the decision and the mark could not know that it has to wake us.
        if isNew, wanted == .holdingBack, gate.admits(connections) {
            update(poller, connections: connections, hasRoom: room, mayMakePlace: mayMakePlace(), now: now)
        }
    }

    /// How a worker stands that has room.
    private func choose(_ connections: Int, now: Int64) -> AcceptStance {
        if !hasPolicy { return byShare(connections) }
        let moment = AcceptMoment(connections: connections, places: limit, milliseconds: now)
        switch policy?.decide(moment) {
        case nil, .acceptByShare: return byShare(connections)
        case .accept: return .waiting
        case .decline(let patience):
            let bounded = min(max(patience, Self.declining.lowerBound), Self.declining.upperBound)
            pausedUntil = now + bounded.inMilliseconds
            return .declining
        }
    }

    private func byShare(_ connections: Int) -> AcceptStance {
        !queues.areShared || gate.admits(connections) ? .waiting : .holdingBack
    }

    /// Whether the policy still agrees to a connection, now that one has come; if not, siblings are told to look.
    func agrees(_ poller: borrowing Poller, connections: Int, now: Int64) -> Bool {
        guard hasPolicy, choose(connections, now: now) == .declining else { return true }
        queues.settle(shared: false, own: false, poller, now: now)
        _ = declare(.declining)
        return false
    }

    /// Whether it waits on the queue of the listener at `index`; a report about one that it does not wait on is the last.
    func waits(on index: Int, _ poller: borrowing Poller) -> Bool {
        if !isOver, queues.isOn(index) { return true }
        if isOver || !queues.silence(index, poller) { isHeld = true }
        return false
    }

    /// Whether the kernel has reported a queue that it did not let the worker leave, since this was asked last.
    ///
    /// It will do so again at once as long as a connection waits there.
    func takeHeld() -> Bool {
        defer { isHeld = false }
        return isHeld
    }

    /// Takes one connection from the listener at `index`; `findRoom` frees a descriptor for it if it can.
    func accept(
        _ index: Int, _ poller: borrowing Poller, now: Int64, findRoom: () -> EventLoop.Room
    ) -> Accepted? {
        take(listeners[index], poller, now: now, findRoom: findRoom)
    }

    /// Goes to the end of the wait queue of the listener at `index`: a sibling takes the next connection.
    func goToTheEnd(of index: Int, _ poller: borrowing Poller) {
        queues.goToTheEnd(of: index, poller)
    }

    /// Looks at the shared queues as if for the first time: a sibling was told of a connection and cannot take it.
    func look(_ poller: borrowing Poller) {
        known.until = .min
        if !isOver { queues.look(poller) }
    }

    /// Takes the connections that the queues hold already, and leaves the queues for good.
    ///
    /// A generation that was never in force takes none: what it finds there is not its own.
    func finish(
        _ poller: borrowing Poller, now: Int64, findRoom: () -> EventLoop.Room, _ serve: (consuming Accepted) -> Void
    ) {
        guard !isOver else { return }
        isOver = true
        // One that could not wait can hardly serve either: what siblings share is left to those that can.
        let isDisinclined = stance == .deaf || stance == .paused || stance == .declining
        let leavesShared = isDisinclined && gate.siblingsHavePlaces
        // There is no more moment at which to try again.
        pausedUntil = nil
        isCrowded = false
        queues.settle(shared: false, own: false, poller, now: now)
        _ = declare(.absent)
        if leavesShared { gate.wakeWaiting() }
        for listener in listeners where !(leavesShared && listener.isShared) {
            while gate.isAdmitted, let accepted = take(listener, poller, now: now, findRoom: findRoom) {
                serve(accepted)
            }
        }
        queues.close()
    }

    /// Leaves the queues for a while, as something has run out: `error` says what.
    func pause(_ error: SystemError, _ poller: borrowing Poller, now: Int64) {
        if pauseComplaint.isDue(now: now) { logger.event(.warning, "accept_paused", ["error": error]) }
        guard !isOver else { return }
        pause(poller, for: Self.pauseMilliseconds, now: now)
        // The reserve makes room for what the process itself has to open meanwhile, a log for instance.
        reserve = nil
    }

    private func pause(_ poller: borrowing Poller, for milliseconds: Int64, now: Int64) {
        guard !isOver else { return }
        queues.settle(shared: false, own: false, poller, now: now)
        pausedUntil = now + milliseconds
        _ = declare(.paused)
    }

    private func endPause(now: Int64) {
        // A policy is asked in every turn.
        guard let moment = pausedUntil, now >= moment || stance == .declining else { return }
        pausedUntil = nil
        if reserve == nil { reserve = try? Descriptor.reserve() }
    }

    /// A connection before anybody serves it.
    struct Accepted: ~Copyable {
        let socket: StreamSocket
        let peer: SocketAddress
        let listener: WorkerListener
    }

    private func take(
        _ listener: WorkerListener, _ poller: borrowing Poller, now: Int64, findRoom: () -> EventLoop.Room
    ) -> Accepted? {
        var triesAgain = true
        for _ in 0..<Self.mostAborted {
            switch acceptConnection(listener.descriptor) {
            case .connection(let descriptor, let peer):
                ledger.count(.accepted)
                return Accepted(socket: StreamSocket(descriptor), peer: peer, listener: listener)
            case .wouldBlock: return nil
            case .aborted: continue
            case .exhausted(let error):
                switch triesAgain ? findRoom() : .none {
                // If one descriptor more does not help, others take them faster than they can be freed.
                case .found: triesAgain = false
                case .soon:
                    pause(poller, for: Self.momentMilliseconds, now: now)
                    return nil
                case .none:
                    pause(error, poller, now: now)
                    return nil
                }
            case .failed(let error):
                if failureComplaint.isDue(now: now) {
                    logger.event(.error, "accept_failed", ["listener": listener.address, "error": error])
                }
                pause(error, poller, now: now)
                return nil
            }
        }
        return nil
    }

    /// Writes down how the worker stands, and tells the siblings what follows for them.
    ///
    /// - Returns: Whether that is new.
    private func declare(_ next: AcceptStance) -> Bool {
        guard next != stance else { return false }
        if next == .deaf { ledger.count(.listenFailures) }
        stance = next
        row.setStance(next, deafSince: queues.deafSince ?? 0)
        switch next {
        case .waiting, .holdingBack: break
        // The siblings that hold back in favour of this worker.
        case .full, .absent: gate.nudgeSiblings()
        // The kernel may have told no other worker of a connection, and tells one only when the next connection comes.
        case .paused, .deaf, .declining:
            gate.nudgeSiblings()
            gate.wakeWaiting()
        }
        return true
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
