internal import DroverCore
internal import DroverSystem
internal import Logging

/// The listeners of one worker: when it waits for connections, and taking them.
struct Acceptor: ~Copyable {
    private static let events: PollEvents = [.input, .exclusive]
    // Out of descriptors, there is nothing to do but wait for some to be closed.
    private static let pauseMilliseconds: Int64 = 200

    private let listeners: [WorkerListener]
    private let gate: AcceptGate
    private let row: RowReference
    private let ledger: Ledger
    private let logger: Logger
    private var isWaiting = false
    private var isOver = false
    private var reserve: Descriptor?
    /// Monotonic ms until which nothing is accepted, because the last attempt ran out of descriptors.
    private(set) var pausedUntil: Int64?

    init(_ context: WorkerContext, ledger: Ledger) {
        listeners = context.listeners
        row = context.row
        logger = context.logger
        self.ledger = ledger
        gate = AcceptGate(
            scoreboard: context.scoreboard, own: context.row, limit: context.settings.workers.connections)
        reserve = try? Descriptor.reserve()
    }

    /// Waits on the listeners' queues or leaves them, as the number of connections and the siblings' say.
    mutating func update(_ poller: borrowing Poller, connections: Int) {
        guard !isOver else { return }
        let wanted = pausedUntil == nil && gate.admits(connections)
        guard wanted != isWaiting else { return }
        isWaiting = wanted
        row.setGated(!wanted)
        if wanted { addAll(poller) } else { removeAll(poller) }
        // Whoever looked at this row between the decision and the mark could not know that it has to wake us.
        if !wanted, pausedUntil == nil, gate.admits(connections) { update(poller, connections: connections) }
    }

    /// Takes one connection from the listener at `index`, and goes to the end of its wait queue.
    mutating func accept(_ index: Int, _ poller: borrowing Poller, now: Int64) -> Accepted? {
        guard isWaiting else { return nil }
        let listener = listeners[index]
        defer {
            // Removed and added, the worker is the last that the kernel wakes; it cannot be modified, epoll_ctl(2).
            if isWaiting {
                poller.remove(listener.descriptor)
                add(index, poller)
            }
        }
        return take(listener, poller, now: now)
    }

    /// Takes what is in the queues already, and leaves them for good.
    mutating func finish(_ poller: borrowing Poller, now: Int64, _ serve: (consuming Accepted) -> Void) {
        guard !isOver else { return }
        if isWaiting { removeAll(poller) }
        isWaiting = false
        isOver = true
        for listener in listeners {
            while let accepted = take(listener, poller, now: now) { serve(accepted) }
            _ = Descriptor(owning: listener.descriptor)
        }
    }

    /// Leaves the queues as they are, for a quick stop.
    mutating func abandon(_ poller: borrowing Poller) {
        guard !isOver else { return }
        if isWaiting { removeAll(poller) }
        isWaiting = false
        isOver = true
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
        if isWaiting { removeAll(poller) }
        isWaiting = false
        row.setGated(true)
        pausedUntil = now + Self.pauseMilliseconds
        // The reserve makes room for what the process itself has to open meanwhile, a log for instance.
        if reserve != nil { logger.event(.warning, "accept_paused", ["error": error, "for_ms": Self.pauseMilliseconds]) }
        reserve = nil
    }

    private mutating func add(_ index: Int, _ poller: borrowing Poller) {
        do {
            try poller.add(listeners[index].descriptor, Self.events, word: PollerWord.listener(index))
        } catch {
            logger.event(.error, "listen_failed", ["listener": listeners[index].address, "error": error])
        }
    }

    private mutating func addAll(_ poller: borrowing Poller) {
        for index in listeners.indices { add(index, poller) }
    }

    private func removeAll(_ poller: borrowing Poller) {
        for listener in listeners { poller.remove(listener.descriptor) }
    }

    /// Tells siblings that may have fallen behind to come back.
    func nudgeSiblings() {
        gate.nudgeSiblings()
    }
}
