import DogeClient
import DogeDiscovery
import DogeMessages
import MessagePack
import NIOConcurrencyHelpers
import Testing

/// Endpoints that fail until they get no more calls, and that come back.
struct EjectionTests {
    private static let echo: ScriptedServer.Script = { $1.reply($0, $0.arguments.first ?? nil) }

    private func isEjected(_ reason: DogeClientError.Reason?) -> Bool {
        guard case .noEndpoint(let why)? = reason else { return false }
        return why.contains("ejected")
    }

    @Test func anEndpointThatFailsIsEjectedAndComesBack() async throws {
        let isIll = NIOLockedValueBox(true)
        let server = try await ScriptedServer { request, peer in
            isIll.withLockedValue { $0 } ? peer.hangUp() : Self.echo(request, peer)
        }
        let client = client(server) { $0.ejectAfter = 3 }
        for _ in 0..<3 {
            let reason = await failure { _ = try await client.call("echo", returning: Int.self) }
            guard case .connectionLost? = reason else {
                Issue.record("\(String(describing: reason))")
                return
            }
        }
        #expect(isEjected(await failure { _ = try await client.call("echo", returning: Int.self) }))
        #expect(server.requests.count == 3)
        // A probe reaches it, and the next failure is one too many.
        await eventually("it is on trial") {
            _ = try? await client.call("echo", returning: Int.self)
            return server.requests.count > 3
        }
        #expect(isEjected(await failure { _ = try await client.call("echo", returning: Int.self) }))
        isIll.withLockedValue { $0 = false }
        await eventually("it is back") { (try? await client.call("echo", 1, returning: Int.self)) == 1 }
        for number in 0..<20 { #expect(try await client.call("echo", number, returning: Int.self) == number) }
    }

    @Test func anEndpointThatIsAwayForLongComesBack() async throws {
        let server = try await ScriptedServer(Self.echo)
        let client = client(server) {
            $0.ejectAfter = 2
            $0.standard.requestTimeout = .milliseconds(300)
        }
        #expect(try await client.call("echo", 1, returning: Int.self) == 1)
        try await server.stop()
        await eventually("it is ejected") {
            isEjected(await failure { _ = try await client.call("echo", 1, returning: Int.self) })
        }
        // Long enough for several probes.
        try await Task.sleep(for: .milliseconds(800))
        let again = try await ScriptedServer(port: server.port, Self.echo)
        await eventually("it is back, without anybody's help") { again.openCount > 0 }
        await eventually("it is called") { (try? await client.call("echo", 2, returning: Int.self)) == 2 }
    }

    @Test func anEndpointThatHangsIsEjected() async throws {
        let server = try await ScriptedServer { _, _ in }
        let good = try await ScriptedServer(Self.echo)
        let client = client(server, good) {
            $0.ejectAfter = 3
            $0.standard.requestTimeout = .milliseconds(250)
        }
        var failures = 0
        for number in 0..<40 {
            if (try? await client.call("echo", number, returning: Int.self)) == nil { failures += 1 }
        }
        // Three for the ejection, and one for each time it is tried again; otherwise it would be every second.
        #expect((3...12).contains(failures), "\(failures)")
    }

    @Test func manyCallsThatEndTogetherAreOneFailure() async throws {
        let waiting = NIOLockedValueBox(0)
        let server = try await ScriptedServer { request, peer in
            guard request.method == "hold" else { return Self.echo(request, peer) }
            let isLast = waiting.withLockedValue { count in
                count += 1
                return count == 40
            }
            if isLast { peer.hangUp() }
        }
        let client = client(server) { $0.ejectAfter = 2 }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask { (try? await client.call("hold", returning: Int.self)) == nil }
            }
            for await isLost in group { #expect(isLost) }
        }
        #expect(try await client.call("echo", 1, returning: Int.self) == 1)
    }
}
