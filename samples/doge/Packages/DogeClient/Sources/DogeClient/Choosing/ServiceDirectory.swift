internal import DogeDiscovery
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore

/// The endpoints of a service as discovery names them, and which of them is asked next.
final class ServiceDirectory: Sendable {
    enum Choice: Sendable {
        case pool(EndpointPool)
        /// All that may be asked were avoided.
        case noOther
        /// There are none, or all are ejected.
        case nothing(reason: String)
    }

    private struct State: Sendable {
        var pools: [EndpointPool] = []
        var balancer: Balancer<SystemRandomNumberGenerator>
        var isKnown = false
        var line = WaitingLine<Void>()
        var isClosed = false
    }

    private let service: String
    private let settings: ClientSettings
    private let group: any EventLoopGroup
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    init(_ service: String, _ settings: ClientSettings, on group: any EventLoopGroup, _ logger: Logger) {
        self.service = service
        self.settings = settings
        self.group = group
        self.logger = logger
        state = NIOLockedValueBox(State(balancer: Balancer(settings.loadBalance, SystemRandomNumberGenerator())))
    }

    // MARK: Discovery

    /// Takes over the whole set of endpoints.
    ///
    /// Those that are gone get no more calls. An empty set changes nothing when there is another: a registry that has
    /// lost its memory says the same as one whose servers have all gone, and only the servers know which it is.
    func update(_ endpoints: [Endpoint]) {
        let (gone, waiting) = state.withLockedValue { state in
            guard !state.isClosed, !(endpoints.isEmpty && state.isKnown && !state.pools.isEmpty) else {
                return ([EndpointPool](), [WaitingLine<Void>.Continuation]())
            }
            var kept = Dictionary(uniqueKeysWithValues: state.pools.map { ($0.endpoint, $0) })
            var pools: [EndpointPool] = []
            var seen: Set<Endpoint> = []
            for endpoint in endpoints where seen.insert(endpoint).inserted {
                pools.append(
                    kept.removeValue(forKey: endpoint)
                        ?? EndpointPool(endpoint, of: service, settings, on: group, logger))
            }
            state.pools = pools
            state.isKnown = true
            return (Array(kept.values), state.line.removeAll())
        }
        for pool in gone { pool.remove() }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until discovery has named endpoints once.
    ///
    /// - Throws: `AttemptFault` when it does not in time, `CancellationError`.
    func awaitEndpoints(until deadline: NIODeadline) async throws {
        if state.withLockedValue({ $0.isKnown }) { return }
        let ticket = state.withLockedValue { $0.line.takeTicket() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(ticket, until: deadline, continuation)
                if Task.isCancelled { giveUp(ticket) }
            }
        } onCancel: {
            giveUp(ticket)
        }
    }

    private func wait(
        _ ticket: Int, until deadline: NIODeadline, _ continuation: WaitingLine<Void>.Continuation
    ) {
        let (isKnown, needsAlarm) = state.withLockedValue { state in
            state.isKnown || state.isClosed
                ? (true, false) : (false, state.line.add(ticket, until: deadline, continuation))
        }
        if isKnown { return continuation.resume() }
        if needsAlarm { ring(at: deadline) }
    }

    private func giveUp(_ ticket: Int) {
        let continuation = state.withLockedValue { $0.line.remove(ticket) }
        continuation?.resume(throwing: CancellationError())
    }

    private func ring(at deadline: NIODeadline) {
        _ = group.next().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            let (late, next) = state.withLockedValue { $0.line.expire(now: .now()) }
            for each in late { each.resume(throwing: AttemptFault.unreachable("discovery has named none yet")) }
            if let next { ring(at: next) }
        }
    }

    // MARK: Choosing

    /// Chooses an endpoint, other than `avoided`.
    func choose(avoiding avoided: Set<Endpoint> = []) -> Choice {
        state.withLockedValue { state in
            if state.isClosed { return .nothing(reason: "the client is closed") }
            if state.pools.isEmpty { return .nothing(reason: "discovery names none") }
            let fit = state.pools.filter { !$0.isEjected }
            if fit.isEmpty {
                let failure = state.pools[0].failure
                return .nothing(reason: "all \(state.pools.count) are ejected until they can be reached: \(failure)")
            }
            let others = avoided.isEmpty ? fit : fit.filter { !avoided.contains($0.endpoint) }
            // How much they have to do is asked only where it counts, since that takes each one's lock.
            let loads = others.map { settings.loadBalance == .leastInFlight ? $0.inFlight : 0 }
            guard let place = state.balancer.choose(loads) else { return .noOther }
            return .pool(others[place])
        }
    }

    /// Ends all connections.
    func close() {
        let (pools, waiting) = state.withLockedValue { state in
            state.isClosed = true
            defer { state.pools = [] }
            return (state.pools, state.line.removeAll())
        }
        for pool in pools { pool.close() }
        for continuation in waiting { continuation.resume() }
    }
}
