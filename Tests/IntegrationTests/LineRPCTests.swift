import DroverLineRPCClient
import DroverTestSupport
import Testing

/// The protocol `line-rpc` in every worker class: a real server, and our own client.
@Suite struct LineRPCTests {
    private func connect(_ server: SpawnedServer, framing: RPCFraming = .line) async throws -> RPCClient {
        try await RPCClient(connectingTo: "127.0.0.1:\(server.port)", framing: framing)
    }

    /// Lets a client talk to a laboratory of its own, which has to survive that.
    private func withClient(
        _ workerClass: StockClass, section: String? = nil, framing: RPCFraming = .line,
        _ body: @escaping @Sendable (RPCClient, SpawnedServer) async throws -> Void
    ) {
        onOwnThread {
            let server = try SpawnedServer.methods(workerClass, section: section)
            let client = try await connect(server, framing: framing)
            try await body(client, server)
            client.close()
            #expect(server.stop() == 0)
        }
    }

    private func code(_ body: () async throws -> Void) async -> Int? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? RPCError)?.code
        }
    }

    @Test(arguments: StockClass.allCases)
    func callsOfEveryKind(_ workerClass: StockClass) {
        withClient(workerClass) { (client, server) async throws in
            struct Person: Encodable {
                let name: String
                let age: Int?
            }
            #expect(try await client.call("sum", 20, 22) == 42)
            #expect(try await client.call("sum", named: ["x": 1, "y": 2]) == 3)
            #expect(try await client.call("ping") == "pong")
            #expect(try await client.call("echo", "é\n\"", "/") == ["é\n\"", "/"])
            #expect(try await client.call("greet", named: Person(name: "Ada", age: 36)) == "Hello, Ada, 36")
            #expect(try await client.call("wait", 1, "waited") == "waited")
            #expect(try await client.call("block", 1, "blocked") == "blocked")
            #expect(try await client.call("methods", returning: [String].self).contains("sum"))
            #expect(await code { _ = try await client.call("sum", "a", "b", returning: Int.self) } == -32602)
            #expect(await code { _ = try await client.call("nothing", returning: Int.self) } == -32601)
            #expect(await code { _ = try await client.call("fail", false, returning: Int.self) } == -32603)
            #expect(await code { _ = try await client.call("fail", true, returning: Int.self) } == 7)
            // What nobody else is to read stands in the log.
            try server.waitForLines("event=method_failed method=fail")
            #expect(server.lines("secret of the laboratory").count == 1)
            try client.notify("log", "one")
            try client.notify("log", "two")
            #expect(try await client.call("heard") == ["one", "two"])
        }
    }

    @Test(arguments: StockClass.allCases)
    func batches(_ workerClass: StockClass) {
        withClient(workerClass) { (client, _) async throws in
            var batch = RPCBatch()
            try batch.call("wait", 50, "slow")
            try batch.notify("log", "batched")
            try batch.call("sum", 1, 2)
            try batch.call("nothing")
            try batch.call("wait", 1, "quick")
            let results = try await client.send(batch)
            #expect(try results[0].get().decode() == "slow")
            #expect(try results[1].get().decode() == 3)
            #expect(throws: RPCError.methodNotFound("nothing")) { try results[2].get() }
            #expect(try results[3].get().decode() == "quick")
            #expect(try await client.call("heard") == ["batched"])
        }
    }

    @Test(arguments: StockClass.allCases)
    func serverSpeaksWithoutBeingAsked(_ workerClass: StockClass) {
        withClient(workerClass) { (client, _) async throws in
            #expect(try await client.call("subscribe", 3) == 3)
            #expect(try await client.call("later", 50) == true)
            var heard: [String] = []
            for await note in client.notifications {
                heard.append("\(note.method) \(note.params.map { "\($0)" } ?? "")")
                if note.method == "later" { break }
            }
            #expect(heard == ["tick [1]", "tick [2]", "tick [3]", #"later {"name":"x"}"#])
        }
    }

    @Test(arguments: StockClass.allCases)
    func methodThatNotifiesTooMuchAtOnceIsToldSo(_ workerClass: StockClass) {
        withClient(workerClass, section: "max_pending_output: 100000") { (client, _) async throws in
            let said: String = try await client.call("flood")
            #expect(said.contains("line_rpc.max_pending_output") && said.hasPrefix("9 "))
        }
    }

    @Test(arguments: StockClass.keepingAlive)
    func clientThatTakesNothingIsNotSentEverything(_ workerClass: StockClass) {
        onOwnThread {
            let server = try SpawnedServer.methods(workerClass, section: "max_pending_output: 100000")
            let idler = try LineRPCCalls(server, receiveBuffer: 4096)
            try idler.send([("pour", "[]")])
            let observer = try await connect(server)
            var said: [String] = []
            for _ in 0..<200 where said.isEmpty {
                said = try await observer.call("poured")
                try await Task.sleep(for: .milliseconds(50))
            }
            let words = said.first?.split(separator: " ", maxSplits: 1) ?? []
            #expect(words.last?.contains("line_rpc.max_pending_output") == true, "\(said)")
            let sent = words.first.flatMap { Int($0) } ?? 0
            #expect(sent >= 10 && sent < 2_000, "what the kernel holds and the setting allow: \(sent)")
            // What was taken on is still delivered, in order and whole, once it is taken.
            #expect(try idler.next() == #"{"jsonrpc":"2.0","id":0,"result":true}"#)
            let note = #"{"jsonrpc":"2.0","method":"pour","params":[""# + String(repeating: "y", count: 10_000) + "\"]}"
            for _ in 0..<sent { #expect(try idler.next() == note) }
            observer.close()
            #expect(server.stop() == 0)
        }
    }

    @Test(arguments: StockClass.allCases)
    func drainEndsTheClientOnceItIsOwedNothing(_ workerClass: StockClass) {
        onOwnThread {
            let server = try SpawnedServer.methods(workerClass)
            let client = try await connect(server)
            #expect(try await client.call("ping") == "pong")
            server.signal(15)
            var methods: [String] = []
            for await note in client.notifications { methods.append(note.method) }
            #expect(methods == ["rpc.draining"])
            await #expect(throws: RPCClientError.draining) { try await client.call("ping", returning: String.self) }
            #expect(server.waitForExit() == 0)
            await #expect(throws: RPCClientError.self) { try await connect(server) }
        }
    }

    @Test(arguments: StockClass.allCases)
    func headersLikeThoseOfLanguageServers(_ workerClass: StockClass) {
        withClient(workerClass, section: "framing: header", framing: .header) { (client, _) async throws in
            #expect(try await client.call("sum", 1, 2) == 3)
            #expect(try await client.call("wait", 1, "é") == "é")
            #expect(try await client.call("subscribe", 1) == 1)
            for await note in client.notifications {
                #expect(note.method == "tick")
                break
            }
        }
    }

    @Test(arguments: StockClass.keepingAlive)
    func manyClientsDoNotMeet(_ workerClass: StockClass) {
        onOwnThread {
            let server = try SpawnedServer.methods(workerClass, workers: 2)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<30 {
                    group.addTask {
                        let client = try await connect(server)
                        for round in 0..<30 {
                            #expect(try await client.call("sum", number, round) == number + round)
                            #expect(try await client.call("wait", 1, "\(number) \(round)") == "\(number) \(round)")
                        }
                        client.close()
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.stop() == 0)
        }
    }

    @Test func stockServerSpeaksItAtOnce() {
        onOwnThread {
            let server = try SpawnedServer.drover(["--protocol", "line-rpc"])
            let client = try await connect(server)
            #expect(try await client.call("methods") == ["echo", "methods", "ping", "sum"])
            client.close()
            server.expectUnharmed()
            let wrong = SpawnedServer("drover", ["check-config", "--protocol", "line-rpc", "--app", "hello"])
            #expect(wrong.waitForExit() == 1)
            #expect(wrong.log.contains("--app: the protocol 'line-rpc' cannot call 'hello'; it can call methods"))
        }
    }
}
