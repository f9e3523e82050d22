internal import DogeDiscovery
internal import NIOCore

/// Brings calls to endpoints: chooses one, and another when that fails.
struct Caller: Sendable {
    /// A reply, and who gave it.
    struct Answer: Sendable {
        let content: Reply.Content
        let endpoint: Endpoint
    }

    let service: String
    let directory: ServiceDirectory

    /// Sends a call until it gets a reply.
    ///
    /// A call that cannot have been carried out is sent again as long as there is time; one that may have been is sent
    /// again `policy.retries` times.
    ///
    /// - Parameters:
    ///   - call: What is sent.
    ///   - policy: How often, and for how long.
    ///   - deadline: Until when all sendings together have to be over; nil gives each the policy's time.
    ///   - avoided: A route not to take, if there is another.
    ///   - track: Hears the route of each sending.
    /// - Returns: The reply, and who gave it.
    /// - Throws: `DogeClientError`, `CancellationError`.
    func call(
        _ call: EncodedCall, _ policy: MethodSettings, until deadline: NIODeadline? = nil,
        avoiding avoided: Route = Route(), track: (Route) -> Void = { _ in }
    ) async throws -> Answer {
        let timeout = TimeAmount(policy.requestTimeout)
        var limit = deadline ?? .now() + timeout
        var left = policy.retries
        var search = Search(avoiding: avoided)
        while true {
            var route = Route()
            do {
                let pool = try await search.next(in: directory, until: limit)
                route.endpoint = pool.endpoint
                let lease = try await pool.lease(
                    until: limit, avoiding: search.avoidedConnection(at: pool.endpoint))
                route.connection = lease.id
                track(route)
                return Answer(content: try await send(call, lease, pool, until: limit), endpoint: pool.endpoint)
            } catch let fault as AttemptFault {
                if fault.isDoubtful, left > 0 {
                    left -= 1
                    // A time that all share is over when it is over; one's own begins anew.
                    if deadline == nil { limit = .now() + timeout }
                } else if fault.isDoubtful || fault.isFinal {
                    throw error(fault, call.method, policy, route.endpoint ?? search.last)
                }
                guard .now() < limit else { throw error(fault, call.method, policy, route.endpoint ?? search.last) }
                search.failed(route, fault)
            }
        }
    }

    private func send(
        _ call: EncodedCall, _ lease: EndpointPool.Lease, _ pool: EndpointPool, until deadline: NIODeadline
    ) async throws -> Reply.Content {
        do {
            let content = try await lease.connection.call(call, until: deadline)
            pool.giveBack(lease, replied: true)
            return content
        } catch {
            pool.giveBack(lease, replied: false)
            throw error
        }
    }

    /// Sends a message that gets no reply; again only if it was not sent.
    ///
    /// - Throws: `DogeClientError`, `CancellationError`.
    func notify(_ call: EncodedCall, _ policy: MethodSettings) async throws {
        let limit = NIODeadline.now() + TimeAmount(policy.requestTimeout)
        var search = Search(avoiding: Route())
        while true {
            var route = Route()
            do {
                let pool = try await search.next(in: directory, until: limit)
                route.endpoint = pool.endpoint
                let lease = try await pool.lease(until: limit)
                defer { pool.giveBack(lease, replied: false) }
                return try await lease.connection.notify(call, until: limit)
            } catch let fault as AttemptFault {
                if fault.isDoubtful || fault.isFinal || .now() >= limit {
                    throw error(fault, call.method, policy, route.endpoint ?? search.last)
                }
                search.failed(route, fault)
            }
        }
    }

    private func error(
        _ fault: AttemptFault, _ method: String, _ policy: MethodSettings, _ endpoint: Endpoint?
    ) -> DogeClientError {
        let timeout = TimeAmount(policy.requestTimeout).nanoseconds / 1_000_000
        return DogeClientError(
            reason: fault.reason(timeout: timeout), service: service, method: method, endpoint: endpoint)
    }
}
