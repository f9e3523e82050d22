import DogeClient
import DogeDiscovery
import DogeMessages
import MessagePack
import NIOConcurrencyHelpers
import Testing

/// Calls whose server is slow, ends the connection, or does not speak the protocol.
struct FailureTests {
    private static let echo: ScriptedServer.Script = { $1.reply($0, $0.arguments.first ?? nil) }

    @Test func aCallWithoutReplyIsOverInTime() async throws {
        let server = try await ScriptedServer { request, peer in
            // The late reply answers no call, least of all the next one.
            if request.method == "slow" { return peer.after(300) { peer.reply(request, "late") } }
            Self.echo(request, peer)
        }
        let client = client(server) {
            var slow = MethodSettings()
            slow.requestTimeout = .milliseconds(100)
            $0.methods["slow"] = slow
        }
        let start = ContinuousClock.now
        let reason = await failure { _ = try await client.call("slow", returning: String.self) }
        #expect(reason == .timedOut(milliseconds: 100))
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        for _ in 0..<5 {
            try await Task.sleep(for: .milliseconds(80))
            #expect(try await client.call("echo", "mine", returning: String.self) == "mine")
        }
        #expect(server.peers.count == 1)
    }

    @Test func aNotificationThatNobodyReadsIsOverInTime() async throws {
        let server = try await ScriptedServer { request, peer in
            if request.method == "deaf" { peer.turnAway() }
            Self.echo(request, peer)
        }
        let client = client(server) { $0.standard.requestTimeout = .seconds(1) }
        _ = try await client.call("deaf", "", returning: String.self)
        // More than the kernel keeps for a peer that reads nothing.
        let text = String(repeating: "x", count: 32 << 20)
        let reason = await failure { try await client.notify("log", text) }
        #expect(reason == .timedOut(milliseconds: 1_000))
        #expect(try await client.call("echo", "mine", returning: String.self) == "mine", "on another connection")
    }

    @Test func aCallMayBeCancelled() async throws {
        let held = NIOLockedValueBox<DogeRequest?>(nil)
        let server = try await ScriptedServer { request, peer in
            if request.method == "hold" { return held.withLockedValue { $0 = request } }
            held.withLockedValue { $0.map { peer.reply($0, "late") } }
            Self.echo(request, peer)
        }
        let client = client(server)
        let call = Task { try await client.call("hold", returning: String.self) }
        await eventually("it is sent") { held.withLockedValue { $0 != nil } }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(try await client.call("echo", "mine", returning: String.self) == "mine")
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.call("echo", "x", returning: String.self)
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test func aCallThatWasLostIsSentAgainOnlyIfItMay() async throws {
        let server = try await ScriptedServer { request, peer in
            // Every second call ends its connection.
            if case .int(let number)? = request.arguments.first, number == 1 { return peer.hangUp() }
            Self.echo(request, peer)
        }
        let client = client(server)
        let reason = await failure { _ = try await client.call("echo", 1, returning: Int.self) }
        #expect(reason == .connectionLost("the server has ended the connection"))
        #expect(server.requests.count == 1)
        #expect(try await client.call("echo", 2, returning: Int.self) == 2)
    }

    @Test func aCallThatMayRunTwiceSurvivesItsServer() async throws {
        let hasHungUp = NIOLockedValueBox(0)
        let script: ScriptedServer.Script = { request, peer in
            let hangsUp = hasHungUp.withLockedValue { count in
                count += 1
                return count <= 2
            }
            hangsUp ? peer.hangUp() : Self.echo(request, peer)
        }
        let (one, other) = (try await ScriptedServer(script), try await ScriptedServer(script))
        let client = client(one, other) { $0.standard.retries = 2 }
        #expect(try await client.call("echo", 5, returning: Int.self) == 5)
        // After the first failure it was the other's turn.
        #expect(!one.requests.isEmpty && !other.requests.isEmpty)
        #expect(one.requests.count + other.requests.count == 3)
    }

    @Test func aCallThatTimesOutMayBeSentElsewhere() async throws {
        let deaf = try await ScriptedServer { _, _ in }
        let server = try await ScriptedServer(Self.echo)
        let client = client(deaf, server) {
            $0.standard.retries = 1
            $0.standard.requestTimeout = .milliseconds(500)
        }
        for number in 0..<4 { #expect(try await client.call("echo", number, returning: Int.self) == number) }
        #expect(!deaf.requests.isEmpty)
    }

    @Test func aServerThatIsNotThereCostsNoCall() async throws {
        let gone = try await ScriptedServer(Self.echo)
        try await gone.stop()
        let server = try await ScriptedServer(Self.echo)
        let client = client(gone, server)
        for number in 0..<50 { #expect(try await client.call("echo", number, returning: Int.self) == number) }
        #expect(server.requests.count == 50)
    }

    @Test func whereNobodyListensTheReasonIsTold() async throws {
        let gone = try await ScriptedServer(Self.echo)
        try await gone.stop()
        let client = client(gone) { $0.standard.requestTimeout = .milliseconds(150) }
        let error = await #expect(throws: DogeClientError.self) { try await client.call("echo", returning: Int.self) }
        let text = try #require(error?.description)
        #expect(text.hasPrefix("test.echo"))
        #expect(text.contains("no endpoint takes the call"))
        #expect(text.contains("onnection refused"))
        #expect(!text.contains("\n"))
    }

    @Test func aServerThatStartsWhileACallWaitsGetsIt() async throws {
        let gone = try await ScriptedServer(Self.echo)
        try await gone.stop()
        let client = client(gone)
        async let value = client.call("echo", 3, returning: Int.self)
        try await Task.sleep(for: .milliseconds(100))
        let server = try await ScriptedServer(port: gone.port, Self.echo)
        #expect(try await value == 3)
        #expect(server.requests.count == 1)
    }

    @Test func connectionsThatEndBetweenCallsCostNoCall() async throws {
        let server = try await ScriptedServer(Self.echo)
        let client = client(server)
        for number in 0..<30 {
            #expect(try await client.call("echo", number, returning: Int.self) == number)
            for peer in server.peers { await peer.close() }
        }
        #expect(server.peers.count == 30)
    }

    @Test func aFarewellMeansThatTheRestIsForOthers() async throws {
        // It takes calls only to end the connection, as one does who drains.
        let draining = try await ScriptedServer { _, peer in
            peer.send(DogeReply(id: -1, error: "draining").encoded)
            peer.after(20) { peer.hangUp() }
        }
        let server = try await ScriptedServer(Self.echo)
        let client = client(draining, server)
        for number in 0..<6 { #expect(try await client.call("echo", number, returning: Int.self) == number) }
        #expect(!draining.requests.isEmpty)
        #expect(server.requests.count == 6)
    }

    @Test(arguments: ["reserved", "request", "text", "long", "cut"])
    func whatIsNoReplyEndsTheConnection(kind: String) async throws {
        let server = try await ScriptedServer { request, peer in
            guard request.method == "bad" else { return Self.echo(request, peer) }
            switch kind {
            case "request": peer.send(DogeRequest(id: 1, method: "echo").encoded)
            case "text": peer.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            case "long": peer.send(DogeReply(id: 1, result: .binary([UInt8](repeating: 0, count: 2_000))).encoded)
            case "cut":
                peer.send(DogeReply(id: 1, result: "text").encoded.dropLast())
                peer.hangUp()
            default: peer.send([0xC1])
            }
        }
        let client = client(server) { $0.maxReplyBytes = 1_000 }
        let error = await #expect(throws: DogeClientError.self) { try await client.call("bad", returning: Int.self) }
        guard case .connectionLost(let why)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(why.contains(kind == "cut" ? "within a reply" : "no reply"))
        await eventually("it is closed") { server.openCount == 0 }
        #expect(try await client.call("good", 1, returning: Int.self) == 1)
    }

    @Test func withoutEndpointsThereIsNoCall() async throws {
        let nowhere = DogeClient("test", DirectDiscovery([]))
        let reason = await failure { _ = try await nowhere.call("echo", returning: Int.self) }
        #expect(reason == .noEndpoint("discovery names none"))
        let silent = DogeClient(
            "test", ScriptedDiscovery(), settings: settings { $0.standard.requestTimeout = .milliseconds(50) })
        let other = await failure { _ = try await silent.call("echo", returning: Int.self) }
        #expect(other == .noEndpoint("discovery has named none yet"))
    }

    @Test func aClosedClientCallsNobody() async throws {
        let server = try await ScriptedServer { request, peer in
            if request.method == "echo" { Self.echo(request, peer) }
        }
        let client = client(server)
        let call = Task { try await client.call("hold", returning: Int.self) }
        await eventually("it is sent") { server.requests.count == 1 }
        client.close()
        let reason = await failure { _ = try await call.value }
        guard case .connectionLost? = reason else {
            Issue.record("\(String(describing: reason))")
            return
        }
        let later = await failure { _ = try await client.call("echo", returning: Int.self) }
        #expect(later == .noEndpoint("the client is closed"))
        await eventually("no connection is left") { server.openCount == 0 }
    }
}
