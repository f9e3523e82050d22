import DogeClient
import DogeMessages
import MessagePack
import NIOConcurrencyHelpers
import Testing

/// Calls that succeed, or that the server refuses.
struct CallTests {
    /// Adds integers.
    private static let sum: ScriptedServer.Script = { request, peer in
        var sum: Int64 = 0
        for case .int(let number) in request.arguments { sum += number }
        peer.reply(request, .int(sum))
    }

    @Test func aCallHasTheFormOfDoge() async throws {
        let server = try await ScriptedServer(Self.sum)
        let client = client(server)
        let sum: Int = try await client.call("sum", 1, 2)
        #expect(sum == 3)
        #expect(server.requests == [DogeRequest(id: 1, method: "sum", arguments: [1, 2])])
    }

    @Test func argumentsAndResultsAreOfAnyCodableType() async throws {
        struct Person: Codable, Equatable {
            var name: String
            var age: Int?
            var keys: [[UInt8]]
        }
        let server = try await ScriptedServer { $1.reply($0, $0.arguments[1]) }
        let client = client(server)
        let person = Person(name: "Ann", age: nil, keys: [[1, 2], []])
        #expect(try await client.call("echo", 1.5, person, returning: Person.self) == person)
        let nothing: Int? = try await client.call("echo", true, Int?.none)
        #expect(nothing == nil)
    }

    @Test func plainValuesAndMetaArePassedOn() async throws {
        let server = try await ScriptedServer { $1.reply($0, .string($0.meta["who"] ?? "")) }
        let client = client(server)
        let value = try await client.call("greet", arguments: [.null, .binary([0])], meta: ["who": "me"])
        #expect(value == "me")
        #expect(server.requests.first?.arguments == [.null, .binary([0])])
    }

    @Test func repliesFindTheirCallersWhateverTheirOrder() async throws {
        let waiting = NIOLockedValueBox<[DogeRequest]>([])
        let server = try await ScriptedServer { request, peer in
            let all = waiting.withLockedValue { waiting in
                waiting.append(request)
                return waiting.count == 50 ? waiting : []
            }
            // All in one segment, the last first.
            peer.send(all.reversed().flatMap { DogeReply(id: $0.id ?? 0, result: $0.arguments[0]).encoded })
        }
        let client = client(server)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask { try await client.call("echo", number, returning: Int.self) == number }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(server.peers.count == 1)
        #expect(Set(server.requests.map(\.id)).count == 50)
    }

    @Test func repliesMayComeByteByByte() async throws {
        let server = try await ScriptedServer { request, peer in
            let bytes = DogeReply(id: request.id ?? 0, result: request.arguments[0]).encoded
            for (place, byte) in bytes.enumerated() { peer.after(Int64(place)) { peer.send([byte]) } }
        }
        let client = client(server)
        let values: [MessagePackValue] = [.string("ünï"), .binary([1, 2, 3]), .map([.init("a", 1.5)]), .int(.min)]
        for value in values { #expect(try await client.call("echo", arguments: [value]) == value) }
    }

    @Test func repliesToNobodyAreIgnored() async throws {
        let server = try await ScriptedServer { request, peer in
            for id in [Int64.min, -1, 0, 4711] { peer.send(DogeReply(id: id, error: "Invalid protocol").encoded) }
            peer.reply(request, 7)
        }
        let client = client(server)
        #expect(try await client.call("x", returning: Int.self) == 7)
        #expect(try await client.call("x", returning: Int.self) == 7)
        #expect(server.peers.count == 1)
    }

    @Test func anErrorOfTheServerIsToldAndHarmsNothing() async throws {
        let server = try await ScriptedServer { request, peer in
            if request.method == "sum" { return Self.sum(request, peer) }
            peer.refuse(request, "no such method: \(request.method)")
        }
        let client = client(server) { $0.ejectAfter = 2 }
        for _ in 0..<30 {
            let error = await #expect(throws: DogeClientError.self) {
                try await client.call("sumo", returning: Int.self)
            }
            #expect(error?.reason == .refused("no such method: sumo"))
            #expect(
                error?.description
                    == "test.sumo at \(server.endpoint): the server answers with an error: no such method: sumo")
        }
        #expect(try await client.call("sum", 4, 5, returning: Int.self) == 9)
        #expect(server.peers.count == 1)
    }

    @Test func aResultOfAnotherTypeIsAnError() async throws {
        let server = try await ScriptedServer { $1.reply($0, "three") }
        let client = client(server)
        let reason = await failure { _ = try await client.call("sum", returning: Int.self) }
        guard case .unexpectedResult = reason else {
            Issue.record("\(String(describing: reason))")
            return
        }
        #expect(try await client.call("sum", returning: String.self) == "three")
    }

    @Test func aNotificationGetsNoReply() async throws {
        let server = try await ScriptedServer { request, peer in
            if request.id != nil { peer.reply(request, nil) }
        }
        let client = client(server)
        try await client.notify("log", "text", 5)
        await eventually("it arrives") { !server.requests.isEmpty }
        #expect(server.requests == [DogeRequest(method: "log", arguments: ["text", 5])])
    }

    @Test func callsAreSpreadOverTheConnections() async throws {
        let numbers = NIOLockedValueBox<[ObjectIdentifier: Int]>([:])
        let server = try await ScriptedServer { request, peer in
            numbers.withLockedValue { $0[ObjectIdentifier(peer), default: 0] += 1 }
            peer.reply(request, nil)
        }
        let client = client(server, connections: 4)
        await eventually("all are used, by one caller") {
            _ = try? await client.call("x", returning: Int?.self)
            return numbers.withLockedValue { $0.count } == 4
        }
        numbers.withLockedValue { $0 = [:] }
        for _ in 0..<40 { _ = try await client.call("x", returning: Int?.self) }
        #expect(numbers.withLockedValue { $0.values.allSatisfy { $0 == 10 } })
        #expect(server.peers.count == 4)
    }

    @Test func noMoreCallsWaitOnAConnectionThanMay() async throws {
        let waiting = NIOLockedValueBox((now: 0, most: 0))
        let server = try await ScriptedServer { request, peer in
            waiting.withLockedValue { waiting in
                waiting.now += 1
                waiting.most = max(waiting.most, waiting.now)
            }
            peer.after(5) {
                waiting.withLockedValue { $0.now -= 1 }
                peer.reply(request, request.arguments[0])
            }
        }
        let client = client(server) { $0.maxInFlight = 3 }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<30 {
                group.addTask { try await client.call("echo", number, returning: Int.self) == number }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(waiting.withLockedValue { $0.most } == 3)
    }

    @Test func filtersStandAroundCalls() async throws {
        struct Stamp: ClientFilter {
            let text: String
            func call(
                _ call: ClientCall, next: @Sendable (ClientCall) async throws -> ClientResult
            ) async throws -> ClientResult {
                var call = call
                call.meta["path", default: ""] += text
                return try await next(call)
            }
        }
        let server = try await ScriptedServer { request, peer in
            if request.method == "bad" { return peer.refuse(request, "no") }
            peer.reply(request, .string(request.meta["path"] ?? ""))
        }
        let metrics = MetricsFilter()
        let client = client(server, filters: [metrics, Stamp(text: "a"), TracingFilter(), Stamp(text: "b")])
        #expect(try await client.call("path", returning: String.self) == "ab")
        try? await client.notify("path")
        _ = await failure { _ = try await client.call("bad", returning: Int.self) }
        #expect(metrics.counts("test", "path").succeeded == 2)
        #expect(metrics.counts("test", "bad").failed == 1)
        #expect(metrics.text.contains("doge_client_started_total{service=\"test\",method=\"bad\"} 1\n"))
        #expect(metrics.text.contains("le=\"+Inf\"} 2\n"))
        let traceparent = try #require(server.requests.first?.meta[TraceContext.key])
        #expect(TraceContext(traceparent)?.description == traceparent)
    }

    @Test func aCallBelongsToTheTraceOfItsTask() async throws {
        let server = try await ScriptedServer { $1.reply($0, nil) }
        let client = client(server, filters: [TracingFilter()])
        let trace = TraceContext()
        try await TraceContext.$current.withValue(trace) { _ = try await client.call("x", returning: Int?.self) }
        let sent = try #require(server.requests.first?.meta[TraceContext.key].flatMap { TraceContext($0) })
        #expect(sent.traceID == trace.traceID)
        #expect(sent != trace)
    }
}
