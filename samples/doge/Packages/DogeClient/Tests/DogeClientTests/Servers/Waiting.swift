import DogeClient
import DogeDiscovery
import Testing

/// Waits until something comes to hold, and fails if it does not.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async rethrows {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try? await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// The reason of the error that `body` throws.
func failure(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> DogeClientError.Reason? {
    let error = await #expect(throws: DogeClientError.self, sourceLocation: sourceLocation) { try await body() }
    return error?.reason
}

/// A client of scripted servers, with as many connections as said and time enough unless a test says otherwise.
func client(
    _ servers: ScriptedServer..., connections: Int = 1, filters: [any ClientFilter] = [],
    _ change: (inout ClientSettings) -> Void = { _ in }
) -> DogeClient {
    DogeClient(
        "test", DirectDiscovery(servers.map(\.endpoint)), settings: settings(connections: connections, change),
        filters: filters)
}

func settings(connections: Int = 1, _ change: (inout ClientSettings) -> Void = { _ in }) -> ClientSettings {
    var settings = ClientSettings()
    settings.connections = connections
    settings.standard.requestTimeout = .seconds(20)
    change(&settings)
    return settings
}
