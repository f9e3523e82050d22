internal import DogeDiscovery
internal import NIOCore

/// Where one sending of a call has gone.
struct Route: Sendable, Equatable {
    var endpoint: Endpoint?
    var connection: PoolState.ID?
}

/// Looks for an endpoint for a call, and remembers where it has been in vain.
struct Search: Sendable {
    private var avoided: Set<Endpoint> = []
    private var avoidedConnection = Route()
    private var fault: AttemptFault?
    /// The endpoint that was tried last.
    private(set) var last: Endpoint?
    private var pauses = 0

    /// A search that goes elsewhere than `route`, if there is elsewhere.
    init(avoiding route: Route) {
        avoid(route)
    }

    /// The next endpoint.
    ///
    /// When all have been tried and could not be reached, it waits a little and begins anew: a server that starts again
    /// is there in a moment.
    ///
    /// - Throws: `AttemptFault.nowhere` when there is none or no time, `CancellationError`.
    mutating func next(in directory: ServiceDirectory, until limit: NIODeadline) async throws -> EndpointPool {
        try await directory.awaitEndpoints(until: limit)
        while true {
            switch directory.choose(avoiding: avoided) {
            case .pool(let pool): return pool
            case .nothing(let reason):
                // Who tries again at once would otherwise never let anybody else run, the probe's reply not either.
                await Task.yield()
                throw AttemptFault.nowhere(reason)
            case .noOther:
                avoided = []
                guard case .unreachable(let reason) = fault else { continue }
                pauses += 1
                let pause = Backoff.choosing.wait(after: pauses, jitter: .random(in: 0...1))
                guard .now() + pause < limit else { throw AttemptFault.nowhere(reason) }
                try await Task.sleep(for: .nanoseconds(pause.nanoseconds))
            }
        }
    }

    /// The connection that is not to be taken at an endpoint, if there is another.
    func avoidedConnection(at endpoint: Endpoint) -> PoolState.ID? {
        avoidedConnection.endpoint == endpoint ? avoidedConnection.connection : nil
    }

    /// A sending was in vain.
    mutating func failed(_ route: Route, _ fault: AttemptFault) {
        self.fault = fault
        last = route.endpoint ?? last
        avoid(route)
    }

    private mutating func avoid(_ route: Route) {
        guard let endpoint = route.endpoint else { return }
        avoided.insert(endpoint)
        avoidedConnection = route
    }
}
