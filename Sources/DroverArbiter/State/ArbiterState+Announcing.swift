internal import DroverSystem
internal import Logging

// Companions that tell the world about the workers. They come when all workers are ready, and go before any worker does:
// until the last of them has gone, or its time is over, the workers accept.

extension ArbiterState {
    /// Notes that the generation in force is complete, and says so once.
    mutating func announceIfComplete(_ now: Int64, _ actions: inout [ArbiterAction]) {
        guard phase == .running, !isWithdrawn else { return }
        if completeSince == nil, isComplete(0..<target, generation) { completeSince = now }
        guard let completeSince, !isAnnounced else { return }
        // The elder leaves when it hears it: what has announced that one must not go before this one is announced.
        guard !hasElder || isComplete(plan.announcers, generation) || now >= completeSince + policy.announcerGrace
        else { return }
        isAnnounced = true
        actions.append(.announceReady)
    }

    /// Whether a companion still announces the workers of `generation`.
    func hasAnnouncer(_ generation: Int) -> Bool {
        workers.contains { $0.isAnnouncer && $0.generation == generation && $0.stage != .killed }
    }

    /// Lets go of those whose workers are to leave: at once, or when a successor has taken their place.
    mutating func dismissAnnouncers(_ now: Int64, _ actions: inout [ArbiterAction]) {
        guard phase == .running else { return }
        for announcer in workers where announcer.isAnnouncer && announcer.holdsSlot {
            if posts(of: announcer.generation).contains(announcer.slot) { continue }
            if announcer.generation != generation, isAwaited(announcer.slot, now) { continue }
            drain(announcer.pid, now, &actions)
        }
    }

    // A successor that takes too long must not keep the old generation for ever.
    private func isAwaited(_ slot: Int, _ now: Int64) -> Bool {
        guard let handover, now < handover else { return false }
        return !isComplete(CollectionOfOne(slot), generation)
    }

    /// Until when announcers may wait for their successors, or the elder's for this arbiter's.
    private var handover: Int64? { completeSince.map { $0 + policy.announcerGrace } }

    /// When the elder, or an old announcer, has waited long enough; nil when none waits.
    var handoverDeadline: Int64? {
        guard phase == .running, let handover else { return nil }
        if hasElder, !isAnnounced { return handover }
        let waits = workers.contains { $0.isAnnouncer && $0.generation != generation && $0.holdsSlot }
        return waits ? handover : nil
    }

    /// Tells an announcer to take back what it has said, for which it may be needed even before it was ready.
    mutating func silence(
        _ pid: Int32, within patience: Int64, _ now: Int64, _ actions: inout [ArbiterAction]
    ) {
        update(pid) { $0.stage = .draining(deadline: now + patience) }
        actions.append(.signal(.terminate, pid: pid))
    }
}
