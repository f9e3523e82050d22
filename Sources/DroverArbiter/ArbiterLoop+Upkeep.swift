internal import DroverCore
internal import DroverSystem

// What transports have to do while their generations live.

extension ArbiterLoop {
    /// When the next of them is due, in monotonic ms.
    var upkeepMoment: Int64? { upkeeps.compactMap(\.nextMoment).min() }

    func keepTransports() {
        let now = MonotonicClock.milliseconds()
        for upkeep in upkeeps where upkeep.nextMoment.map({ $0 <= now }) == true {
            upkeep.perform(now: now, logger: logger)
        }
    }

    private var upkeeps: [any TransportUpkeep] {
        var known: Set<ObjectIdentifier> = []
        return configurations.values.flatMap(\.transports).compactMap(\.upkeep).filter {
            known.insert(ObjectIdentifier($0)).inserted
        }
    }
}
