internal import DogeDiscovery
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// The connections to one endpoint: opens and probes them, and leases them to calls.
final class EndpointPool: Sendable {
    /// A place on a connection; it has to be given back.
    struct Lease: Sendable {
        let id: PoolState.ID
        let connection: ServerConnection
    }

    let endpoint: Endpoint
    private let service: String
    private let settings: ClientSettings
    private let group: any EventLoopGroup
    private let loop: any EventLoop
    private let logger: Logger
    private let state: NIOLockedValueBox<EndpointState>

    init(
        _ endpoint: Endpoint, of service: String, _ settings: ClientSettings, on group: any EventLoopGroup,
        _ logger: Logger
    ) {
        self.endpoint = endpoint
        self.service = service
        self.settings = settings
        self.group = group
        loop = group.next()
        self.logger = logger
        state = NIOLockedValueBox(EndpointState(settings))
    }

    /// Whether it gets no calls, as too much has failed.
    var isEjected: Bool { state.withLockedValue { $0.health.isEjected } }

    /// How many calls wait for replies.
    var inFlight: Int { state.withLockedValue { $0.pool.inFlight } }

    /// What has failed last.
    var failure: String { state.withLockedValue { $0.failure } }

    // MARK: Leases

    /// Finds a connection for a call, and waits for one if need be.
    ///
    /// - Throws: `AttemptFault`, `CancellationError`.
    func lease(until deadline: NIODeadline, avoiding avoided: PoolState.ID? = nil) async throws -> Lease {
        if let lease = try leaseNow(avoiding: avoided) { return lease }
        let ticket = state.withLockedValue { $0.line.takeTicket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait(ticket, until: deadline, continuation)
                if Task.isCancelled { giveUp(ticket) }
            }
        } onCancel: {
            giveUp(ticket)
        }
    }

    /// - Returns: nil when the caller has to wait.
    private func leaseNow(avoiding avoided: PoolState.ID?) throws(AttemptFault) -> Lease? {
        let (outcome, connect) = state.withLockedValue { state in
            // Who waits already comes first.
            guard state.line.isEmpty else { return (Result<Lease?, AttemptFault>.success(nil), [PoolState.ID]()) }
            return state.take(avoiding: avoided)
        }
        for id in connect { open(id) }
        return try outcome.get()
    }

    private func wait(
        _ ticket: Int, until deadline: NIODeadline, _ continuation: WaitingLine<Lease>.Continuation
    ) {
        let needsAlarm = state.withLockedValue { $0.line.add(ticket, until: deadline, continuation) }
        if needsAlarm { ring(at: deadline) }
        // What it waits for may have come between.
        serveLine()
    }

    private func giveUp(_ ticket: Int) {
        let continuation = state.withLockedValue { $0.line.remove(ticket) }
        continuation?.resume(throwing: CancellationError())
    }

    private func ring(at deadline: NIODeadline) {
        _ = loop.scheduleTask(deadline: deadline) { [weak self] in self?.expire() }
    }

    private func expire() {
        let (late, next, failure) = state.withLockedValue { state in
            let (late, next) = state.line.expire(now: .now())
            return (late, next, state.pool.openCount == 0 ? state.failure : nil)
        }
        let fault = failure.map { AttemptFault.unreachable($0) } ?? .timedOut(wasSent: false)
        for continuation in late { continuation.resume(throwing: fault) }
        if let next { ring(at: next) }
    }

    /// Those who wait get what there is.
    private func serveLine() {
        typealias Served = (continuation: WaitingLine<Lease>.Continuation, outcome: Result<Lease, AttemptFault>)
        let (served, connect) = state.withLockedValue { state in
            var served: [Served] = []
            var connect: [PoolState.ID] = []
            while !state.line.isEmpty {
                let (outcome, more) = state.take(avoiding: nil)
                connect += more
                switch outcome {
                case .success(nil): return (served, connect)
                case .success(let lease?): served.append((state.line.removeFirst(), .success(lease)))
                case .failure(let fault): served += state.line.removeAll().map { ($0, .failure(fault)) }
                }
            }
            return (served, connect)
        }
        for id in connect { open(id) }
        for each in served { each.continuation.resume(with: each.outcome.mapError { $0 }) }
    }

    /// A call is over.
    func giveBack(_ lease: Lease, replied: Bool) {
        let (isLast, cameBack, isWaitedFor) = state.withLockedValue { state in
            (
                state.pool.giveBack(lease.id, replied: replied), replied && state.health.replied(),
                !state.line.isEmpty
            )
        }
        if cameBack { logReturn() }
        if isLast { lease.connection.close("it was closed here") }
        if isWaitedFor { serveLine() }
    }

    // MARK: Connections

    private func open(_ id: PoolState.ID) {
        let limit = settings.maxReplyBytes
        ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(settings.connectTimeout))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ServerConnection(channel) { [weak self] connection, event in
                        self?.hear(event, from: id, connection)
                    }
                    try channel.pipeline.syncOperations.addHandler(ReplyHandler(connection, maxReplyBytes: limit))
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .flatMapThrowing { channel in
                // A name has several addresses, and only one of the channels that were begun gets here.
                try (channel, channel.pipeline.syncOperations.handler(type: ReplyHandler.self).connection)
            }
            .whenComplete { [weak self] result in
                switch result {
                case .success((let channel, let connection)):
                    guard let self else { return channel.close(promise: nil) }
                    opened(id, connection)
                case .failure(let error): self?.openingFailed(id, FailureText.text(error))
                }
            }
    }

    private func opened(_ id: PoolState.ID, _ connection: ServerConnection) {
        let (cameBack, isUnwanted) = state.withLockedValue { state in
            state.connections[id] = connection
            guard !state.isRemoved else { return (false, true) }
            state.pool.connected(id, now: .now())
            return (state.health.connected(), false)
        }
        if isUnwanted { connection.close("the endpoint is gone") }
        if cameBack { logReturn() }
        serveLine()
    }

    private func openingFailed(_ id: PoolState.ID, _ reason: String) {
        state.withLockedValue { state in
            state.connections[id] = nil
            state.pool.connectFailed(id, now: .now(), jitter: .random(in: 0...1))
        }
        failed(reason)
        serveLine()
    }

    private func hear(_ event: ServerConnection.Event, from id: PoolState.ID, _ connection: ServerConnection) {
        guard state.withLockedValue({ $0.connections[id] === connection }) else { return }
        switch event {
        case .draining: retire([id])
        case .silent(let times):
            failed("calls get no reply in time")
            // Others may still get theirs on it, but a worker that hangs is not waited for any more.
            if times >= Self.patience { retire([id]) }
        case .ended(let reason, let lost):
            state.withLockedValue { state in
                state.connections[id] = nil
                state.pool.closed(id, now: .now(), jitter: .random(in: 0...1))
            }
            logger.debug("event=doge_connection_ended service=\(service) endpoint=\(endpoint) reason=\"\(reason)\"")
            if lost > 0 { failed(reason) }
            serveLine()
        }
    }

    private static let patience = 3

    /// The connections get no more calls, and end with the last.
    private func retire(_ ids: [PoolState.ID]) {
        let idle = state.withLockedValue { state in
            ids.filter { state.pool.retire($0) }.compactMap { state.connections[$0] }
        }
        for connection in idle { connection.close("it was closed here") }
        serveLine()
    }

    // MARK: Health

    private func failed(_ reason: String) {
        let (wait, isNew, all) = state.withLockedValue { state in
            let wasEjected = state.health.isEjected
            state.failure = reason
            let wait = state.health.failed(jitter: .random(in: 0...1))
            let isNew = wait != nil && !wasEjected
            // One timer is enough, however much fails until it runs down.
            let schedules = wait != nil && !state.isProbing && !state.isRemoved
            if schedules { state.isProbing = true }
            return (schedules ? wait : nil, isNew, isNew ? Array(state.connections.keys) : [])
        }
        if isNew {
            logger.notice("event=doge_endpoint_ejected service=\(service) endpoint=\(endpoint) reason=\"\(reason)\"")
            retire(all)
        }
        if let wait { _ = loop.scheduleTask(in: wait) { [weak self] in self?.probe() } }
    }

    private func probe() {
        let id = state.withLockedValue { state in
            state.isProbing = false
            return state.isRemoved || !state.health.isEjected ? nil : state.pool.probe()
        }
        if let id { open(id) }
    }

    private func logReturn() {
        logger.notice("event=doge_endpoint_returned service=\(service) endpoint=\(endpoint)")
    }

    // MARK: The end

    /// The endpoint gets no more calls; those that wait for replies get them.
    func remove() {
        let (all, waiting) = state.withLockedValue { state in
            state.isRemoved = true
            return (Array(state.connections.keys), state.line.removeAll())
        }
        for continuation in waiting { continuation.resume(throwing: AttemptFault.unreachable("the endpoint is gone")) }
        retire(all)
    }

    /// Ends all connections; calls that wait for replies fail.
    func close() {
        remove()
        for connection in state.withLockedValue({ Array($0.connections.values) }) {
            connection.close("the client was closed")
        }
    }
}
