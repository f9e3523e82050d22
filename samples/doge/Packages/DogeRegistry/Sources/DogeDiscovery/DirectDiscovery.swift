/// A set of endpoints that never changes, as `registry.protocol: direct` names it.
public struct DirectDiscovery: Discovery {
    private let endpoints: [Endpoint]

    /// Finds `endpoints`, whatever the service is called.
    public init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
    }

    /// The endpoints, once.
    public func watch(service: String) -> AsyncStream<[Endpoint]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [Endpoint].self)
        continuation.yield(endpoints)
        return stream
    }
}
