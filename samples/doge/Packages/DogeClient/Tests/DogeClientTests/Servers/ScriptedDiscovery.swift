import DogeDiscovery

/// Names the endpoints that a test tells it.
final class ScriptedDiscovery: Discovery {
    private let stream: AsyncStream<[Endpoint]>
    private let feed: AsyncStream<[Endpoint]>.Continuation

    init() {
        (stream, feed) = AsyncStream.makeStream(of: [Endpoint].self)
    }

    func watch(service: String) -> AsyncStream<[Endpoint]> { stream }

    func name(_ servers: ScriptedServer...) { feed.yield(servers.map(\.endpoint)) }
}
