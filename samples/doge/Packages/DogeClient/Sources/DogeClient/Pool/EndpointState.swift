internal import NIOCore

/// What an endpoint's pool knows, behind one lock: its connections, who waits for one, and whether it is fit.
struct EndpointState: Sendable {
    var pool: PoolState
    var health: EndpointHealth
    var connections: [PoolState.ID: ServerConnection] = [:]
    var line = WaitingLine<EndpointPool.Lease>()
    /// Whether a timer runs for the next probe.
    var isProbing = false
    var isRemoved = false
    /// What has failed last.
    var failure = "no connection has been tried yet"

    init(_ settings: ClientSettings) {
        pool = PoolState(size: settings.connections, maxInFlight: settings.maxInFlight, backoff: .connecting)
        health = EndpointHealth(limit: settings.ejectAfter, backoff: .connecting)
    }

    /// Finds a connection for a call.
    ///
    /// - Returns: nil for a call that has to wait, and which connections are to be opened.
    mutating func take(
        avoiding avoided: PoolState.ID?
    ) -> (outcome: Result<EndpointPool.Lease?, AttemptFault>, connect: [PoolState.ID]) {
        if isRemoved { return (.failure(.unreachable("the endpoint is gone")), []) }
        if health.isEjected { return (.failure(.unreachable(failure)), []) }
        let (lease, connect) = pool.take(now: .now(), avoiding: avoided)
        switch lease {
        case .wait: return (.success(nil), connect)
        case .unreachable: return (.failure(.unreachable(failure)), connect)
        case .use(let id):
            guard let connection = connections[id] else { preconditionFailure("an open connection is kept") }
            return (.success(EndpointPool.Lease(id: id, connection: connection)), connect)
        }
    }
}
