import DogeClient
import DogeDiscovery
import DogeMessages
import MessagePack
import NIOConcurrencyHelpers
import Testing

/// Endpoints that come and go while calls run.
struct DiscoveryTests {
    private static let echo: ScriptedServer.Script = { request, peer in
        peer.after(2) { peer.reply(request, request.arguments.first ?? nil) }
    }

    @Test func endpointsComeAndGoAndNoCallFails() async throws {
        let discovery = ScriptedDiscovery()
        let (one, other) = (try await ScriptedServer(Self.echo), try await ScriptedServer(Self.echo))
        let client = DogeClient("test", discovery, settings: settings(connections: 2))
        let isOver = NIOLockedValueBox(false)
        let calls = Task {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var count = 0
                        while !isOver.withLockedValue({ $0 }) {
                            let value = try await client.call("echo", count, returning: Int.self)
                            #expect(value == count)
                            count += 1
                        }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        discovery.name(one)
        await eventually("the first is called") { one.requests.count > 20 }
        #expect(other.requests.isEmpty)
        discovery.name(one, other, other)
        await eventually("so is the second") { other.requests.count > 20 }
        discovery.name(other)
        await eventually("the first is let go") { one.openCount == 0 }
        try await one.stop()
        let last = one.requests.count
        let before = other.requests.count
        await eventually("the second goes on") { other.requests.count > before + 50 }
        #expect(one.requests.count == last)
        isOver.withLockedValue { $0 = true }
        #expect(try await calls.value == one.requests.count + other.requests.count)
    }

    @Test func aRegistryThatForgetsAllIsNotBelieved() async throws {
        let discovery = ScriptedDiscovery()
        let server = try await ScriptedServer(Self.echo)
        let client = DogeClient("test", discovery, settings: settings())
        discovery.name(server)
        #expect(try await client.call("echo", 1, returning: Int.self) == 1)
        discovery.name()
        try await Task.sleep(for: .milliseconds(50))
        #expect(try await client.call("echo", 2, returning: Int.self) == 2)
        #expect(server.peers.count == 1)
        let other = try await ScriptedServer(Self.echo)
        discovery.name(other)
        await eventually("it is let go once there is another") { server.openCount == 0 }
        #expect(try await client.call("echo", 3, returning: Int.self) == 3)
    }

    @Test func aCallWaitsForTheFirstEndpoints() async throws {
        let discovery = ScriptedDiscovery()
        let server = try await ScriptedServer(Self.echo)
        let client = DogeClient("test", discovery, settings: settings())
        async let value = client.call("echo", 1, returning: Int.self)
        try await Task.sleep(for: .milliseconds(50))
        discovery.name(server)
        #expect(try await value == 1)
    }
}
