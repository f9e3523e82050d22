internal import NIOCore

/// Whether an endpoint gets calls: after too many failures in a row it gets none until a probe has reached it.
///
/// A failure is a connection that could not be made, one that broke while calls waited, or one on which calls got no
/// reply in time; however many calls a connection takes with it, it is one failure. What a server answers, be it an
/// error, is none.
struct EndpointHealth: Sendable, Equatable {
    private enum State: Sendable, Equatable {
        case fit(failures: Int)
        case ejected(probes: Int)
        // A probe has reached it; a reply makes it fit, the first failure ejects it again.
        case onTrial(probes: Int)
    }

    private var state = State.fit(failures: 0)
    private let limit: Int
    private let backoff: Backoff

    init(limit: Int, backoff: Backoff) {
        self.limit = max(limit, 1)
        self.backoff = backoff
    }

    /// Whether it gets no calls.
    var isEjected: Bool {
        if case .ejected = state { true } else { false }
    }

    /// A server has replied.
    ///
    /// - Returns: Whether the endpoint was ejected until now.
    mutating func replied() -> Bool {
        defer { state = .fit(failures: 0) }
        return isEjected
    }

    /// A connection is there.
    ///
    /// A fit endpoint has to reply before that counts: a server that hangs is still connected to.
    ///
    /// - Returns: Whether the endpoint was ejected until now.
    mutating func connected() -> Bool {
        guard case .ejected(let probes) = state else { return false }
        state = .onTrial(probes: probes)
        return true
    }

    /// Something has failed, a probe or a call.
    ///
    /// - Returns: How long to wait before the next probe, if the endpoint is ejected now. There is always a next one.
    mutating func failed(jitter: Double) -> TimeAmount? {
        switch state {
        case .fit(let failures) where failures + 1 < limit:
            state = .fit(failures: failures + 1)
            return nil
        case .fit: state = .ejected(probes: 1)
        case .ejected(let probes), .onTrial(let probes): state = .ejected(probes: probes + 1)
        }
        guard case .ejected(let probes) = state else { return nil }
        return backoff.wait(after: probes, jitter: jitter)
    }
}
