import DroverTestSupport
import Glibc
import Testing

/// What of `line-rpc` has to do with time: what overlaps, what waits, what ends.
@Suite struct LineRPCTimingTests {
    @Test(arguments: StockClass.allCases)
    func callsOfOneConnectionOverlap(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass)
        let calls = try LineRPCCalls(server)
        let start = now()
        try calls.send((0..<20).map { ("wait", #"[400,"\#($0)"]"#) } + [("ping", "[]")])
        // Who asks last and needs no time is answered first.
        #expect(try calls.next() == LineRPCCalls.reply(20, "pong"))
        var answers = Set<String>()
        for _ in 0..<20 { answers.insert(try calls.next() ?? "") }
        #expect(answers == Set((0..<20).map { LineRPCCalls.reply($0, "\($0)") }))
        #expect(now() - start < 4, "one after the other they take eight seconds")
        calls.socket.close()
        #expect(server.stop() == 0)
    }

    @Test func blockingCallsHaveThreadsOfTheirOwn() throws {
        let server = try SpawnedServer.methods(.threads)
        let calls = try LineRPCCalls(server)
        let start = now()
        try calls.send([("block", #"[1000,"a"]"#), ("block", #"[1000,"b"]"#), ("ping", "[]")])
        #expect(try calls.next() == LineRPCCalls.reply(2, "pong"))
        #expect(now() - start < 0.95)
        let answers = try [calls.next(), calls.next()]
        #expect(Set(answers) == [LineRPCCalls.reply(0, "a"), LineRPCCalls.reply(1, "b")])
        #expect(now() - start < 1.95)
        calls.socket.close()
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func noMoreCallsAtOnceThanAllowed(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass, section: "max_concurrent_calls: 2")
        let calls = try LineRPCCalls(server)
        let start = now()
        let wait = #"{"jsonrpc":"2.0","method":"wait","params":[100,"x"],"id":7}"#
        try calls.socket.send("[" + Array(repeating: wait, count: 6).joined(separator: ",") + "]\n")
        try calls.send([("wait", #"[100,"single"]"#), ("ping", "[]")])
        let batch = #"{"jsonrpc":"2.0","id":7,"result":"x"}"#
        // The last calls of the batch, the single one and the ping find room when the others have ended.
        var answers = Set<String>()
        for _ in 0..<3 { answers.insert(try calls.next() ?? "") }
        #expect(
            answers == [
                "[" + Array(repeating: batch, count: 6).joined(separator: ",") + "]", LineRPCCalls.reply(0, "single"),
                LineRPCCalls.reply(1, "pong"),
            ])
        #expect(now() - start > 0.39, "seven, two at a time")
        calls.socket.close()
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func lateCallIsCancelledAndTheOthersGoOn(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass, ["--request-timeout", "1"])
        let calls = try LineRPCCalls(server)
        let start = now()
        try calls.send([("late", "[60000]"), ("wait", #"[60000,""]"#), ("wait", #"[500,"x"]"#)])
        #expect(try calls.next()?.contains(#""id":0,"error":{"code":-32000"#) == true)
        #expect(now() - start < 0.95)
        #expect(try calls.next() == LineRPCCalls.reply(2, "x"))
        #expect(try calls.next()?.contains(#""id":1,"error":{"code":-32000"#) == true)
        #expect(now() - start > 0.95 && now() - start < 6)
        try calls.send([("late", "[1]")], from: 3)
        #expect(try calls.next() == LineRPCCalls.reply(3, "in time"))
        calls.socket.close()
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func batchOfLateCallsIsAnswered(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass)
        let calls = try LineRPCCalls(server)
        try calls.socket.send(
            #"[{"jsonrpc":"2.0","method":"late","params":[60000],"id":1},{"jsonrpc":"2.0","method":"ping","id":2}]"#
                + "\n")
        let answer = try calls.next() ?? ""
        #expect(answer.contains(#"{"jsonrpc":"2.0","id":2,"result":"pong"}"#), "\(answer)")
        #expect(answer.contains(#"{"jsonrpc":"2.0","id":1,"error":{"code":-32000"#), "\(answer)")
        calls.socket.close()
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func batchDoesNotWaitForACallThatGoesOnThoughItsTimeIsOver(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass)
        let calls = try LineRPCCalls(server)
        let start = now()
        try calls.socket.send(
            #"[{"jsonrpc":"2.0","method":"stubborn","params":[4000],"id":1},{"jsonrpc":"2.0","method":"ping","id":2}]"#
                + "\n")
        let answer = try calls.next() ?? ""
        #expect(now() - start < 3, "the call ends after 4 s")
        #expect(answer.contains(#"{"jsonrpc":"2.0","id":2,"result":"pong"}"#), "\(answer)")
        #expect(answer.contains(#"{"jsonrpc":"2.0","id":1,"error":{"code":-32000"#), "\(answer)")
        calls.socket.close()
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func clientThatReadsLateHoldsUpItselfOnly(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass, workers: 2)
        let slow = try LineRPCCalls(server, receiveBuffer: 16_384)
        // Fifty megabytes, which nobody keeps for it.
        try slow.send(Array(repeating: ("big", "[100000]"), count: 500))
        let other = try LineRPCCalls(server)
        try other.send([("ping", "[]")])
        #expect(try other.next() == LineRPCCalls.reply(0, "pong"))
        let resident = server.workers.map(Self.resident).max() ?? 0
        #expect(resident < 60_000, "a worker holds \(resident) KiB")
        slow.socket.endSending()
        var count = 0
        while case let more = try slow.socket.receive(), !more.isEmpty { count += more.count }
        #expect(count > 500 * 100_000)
        other.socket.close()
        #expect(server.stop() == 0)
    }

    private static func resident(_ pid: pid_t) -> Int {
        let status = TemporaryDirectory.content(of: "/proc/\(pid)/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    @Test(arguments: StockClass.allCases)
    func drainTellsClientsAndFinishesCalls(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass, section: "drain_grace: 300ms")
        let calls = try LineRPCCalls(server)
        try calls.send([("wait", #"[800,"finished"]"#), ("ping", "[]")])
        #expect(try calls.next() == LineRPCCalls.reply(1, "pong"))
        server.signal(SIGTERM)
        #expect(try calls.next() == #"{"jsonrpc":"2.0","method":"rpc.draining"}"#)
        #expect(try calls.next() == LineRPCCalls.reply(0, "finished"))
        #expect(try calls.next() == nil)
        #expect(server.waitForExit() == 0)
        #expect(server.lines("event=worker_drain_timeout").isEmpty)
    }

    @Test(arguments: StockClass.allCases)
    func callsAfterTheNoticeAreAnsweredForAWhile(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass, section: "drain_grace: 2s")
        let calls = try LineRPCCalls(server)
        try calls.send([("ping", "[]")])
        #expect(try calls.next() == LineRPCCalls.reply(0, "pong"))
        server.signal(SIGTERM)
        #expect(try calls.next() == #"{"jsonrpc":"2.0","method":"rpc.draining"}"#)
        try calls.send([("ping", "[]")])
        #expect(try calls.next() == LineRPCCalls.reply(0, "pong"))
        let start = now()
        // Who goes by itself is not waited for.
        calls.socket.endSending()
        #expect(try calls.next() == nil)
        #expect(server.waitForExit() == 0)
        #expect(now() - start < 1.9)
    }

    @Test(arguments: StockClass.allCases)
    func callsInProgressHearOfAClientThatHasGone(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass)
        let calls = try LineRPCCalls(server)
        try calls.send(Array(repeating: ("wait", #"[60000,""]"#), count: 5) + [("ping", "[]")])
        #expect(try calls.next() == LineRPCCalls.reply(5, "pong"))
        calls.socket.reset()
        let next = try LineRPCCalls(server)
        try next.send([("ping", "[]")])
        #expect(try next.next() == LineRPCCalls.reply(0, "pong"))
        next.socket.close()
        let start = now()
        #expect(server.stop() == 0)
        #expect(now() - start < 15, "cancelled calls do not hold up a stop")
    }

    @Test(arguments: StockClass.allCases)
    func silentClientIsLetGo(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.methods(workerClass, section: "idle_timeout: 300ms")
        let calls = try LineRPCCalls(server)
        let start = now()
        // A call in progress is no silence.
        try calls.send([("wait", #"[600,"x"]"#)])
        #expect(try calls.next() == LineRPCCalls.reply(0, "x"))
        #expect(try calls.next() == nil)
        #expect(now() - start > 0.85, "the silence begins with the reply")
        #expect(server.stop() == 0)
    }
}
