import DroverTestSupport
import Glibc
import Testing

/// Several exchanges at once on one connection, each with a life of its own.
@Suite struct HTTPStreamTests {
    private func lab(_ workerClass: String, _ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(
            workers: 1,
            ["--protocol", "lab-streams", "--app", "lab", "--worker-class", workerClass] + arguments)
    }

    @Test(arguments: ["async", "threads"])
    func bodiesAndRepliesInterleave(_ workerClass: String) throws {
        let server = try lab(workerClass)
        let client = try StreamClient(port: server.port)
        for number in UInt8(1)...2 {
            try client.request(number, "POST /message/echo", "Transfer-Encoding: chunked\r\n")
        }
        for piece in ["one", "two", "six"] {
            try client.send("D", 1, piece)
            try client.send("D", 2, piece + piece)
        }
        // The second one's body ends first, and so does its reply.
        try client.send("E", 2)
        #expect(try client.receive { $0.isOver(2) })
        #expect(!client.isOver(1))
        try client.send("E", 1)
        #expect(try client.receive { $0.isOver(1) })
        #expect(client.replies[1]?.text == "onetwosix")
        #expect(client.replies[2]?.text == "oneonetwotwosixsix")
        #expect(client.replies[1]?.head.contains { $0.hasPrefix("Date: ") } == true)
        #expect(client.replies[1]?.head.contains { $0.hasPrefix("Transfer-Encoding") } == false)

        for number in UInt8(3)...4 { try client.request(number, "GET /message/stream?n=5&size=50&ms=20") }
        #expect(try client.receive { $0.isOver(3) && $0.isOver(4) })
        #expect(client.replies[3]?.body.count == 250 && client.replies[4]?.body.count == 250)
        let (firsts, ends) = (["D3", "D4"].map(client.order.firstIndex), ["E3", "E4"].map(client.order.firstIndex))
        #expect(firsts.compactMap(\.self).max() ?? .max < ends.compactMap(\.self).min() ?? .min)
        #expect(server.stop() == 0)
    }

    @Test(arguments: ["async", "threads"])
    func oneDeadlineCancelsOneExchange(_ workerClass: String) throws {
        let server = try lab(workerClass, ["--request-timeout", "600ms"])
        let client = try StreamClient(port: server.port)
        try client.request(1, "GET /sleep?ms=30000")
        try client.request(2, "POST /upload", "Content-Length: 6\r\n")
        try client.send("D", 2, "abc")
        // The first one's time is over while the second one's handler waits for its body, which has come later.
        try client.request(3, "GET /message/stream?n=4&ms=50")
        #expect(try client.receive { $0.isOver(3) && $0.isOver(1) && $0.isOver(2) })
        #expect(client.replies[1]?.status == "503")
        #expect(client.replies[2]?.status == "503")
        #expect(client.replies[3]?.status == "200" && client.replies[3]?.body.count == 40)
        // The connection goes on, and the time of the next one is its own.
        try client.request(5, "GET /sleep?ms=300")
        #expect(try client.receive { $0.isOver(5) })
        #expect(client.replies[5]?.text == "slept 300 ms\n")
        #expect(server.stop() == 0)
    }

    @Test(arguments: ["async", "threads"])
    func aClosedWindowHoldsOneExchange(_ workerClass: String) throws {
        let server = try lab(workerClass)
        let client = try StreamClient(port: server.port)
        try client.request(1, "GET /bytes?n=3000")
        #expect(try client.receive { $0.replies[1]?.body.count == 1_000 })
        try client.request(2, "GET /bytes?n=500")
        #expect(try client.receive { $0.isOver(2) })
        #expect(client.replies[2]?.body.count == 500)
        #expect(client.replies[1]?.body.count == 1_000 && !client.isOver(1))
        try client.send("W", 1, "1500")
        #expect(try client.receive { $0.replies[1]?.body.count == 2_500 })
        try client.send("W", 1, "1500")
        #expect(try client.receive { $0.isOver(1) })
        #expect(client.replies[1]?.body.count == 3_000)
        // A peer that gives a reply up takes it from no other peer.
        try client.request(3, "GET /bytes?n=3000")
        #expect(try client.receive { $0.replies[3]?.body.count == 1_000 })
        try client.send("R", 3)
        try client.request(4, "GET /")
        #expect(try client.receive { $0.isOver(4) })
        #expect(client.replies[4]?.text == "Hello, World!")
        #expect(server.stop() == 0)
    }

    @Test func eachHasItsOwnRulesAndHints() throws {
        let server = try lab("async")
        let client = try StreamClient(port: server.port)
        try client.request(1, "POST /upload", "Content-Length: 3\r\n")
        try client.send("D", 1, "four")
        try client.request(2, "GET /message/hints")
        try client.request(3, "HEAD /bytes?n=700")
        try client.request(4, "GET /message/upgrade", "Connection: upgrade\r\nUpgrade: lab\r\n")
        try client.request(5, "GET /", "Host: twice\r\n")
        try client.request(6, "GET /message/broken-stream?n=2")
        #expect(
            try client.receive { client in (1...5).allSatisfy(client.isOver) && client.replies[6]?.isBroken == true })
        #expect(client.replies[1]?.status == "400")
        #expect(client.replies[2]?.hints == 1 && client.replies[2]?.text == "hinted\n")
        #expect(client.replies[3]?.head.contains("Content-Length: 700") == true)
        #expect(client.replies[3]?.body == [])
        #expect(client.replies[4]?.status == "426")
        #expect(client.replies[5]?.status == "400")
        #expect(client.replies[6]?.text == "piece 0\npiece 1\n")
        #expect(server.stop() == 0)
    }

    @Test(arguments: ["async", "threads"])
    func eachHasItsOwnLine(_ workerClass: String) throws {
        let format = "%(U)s%(q)s %(s)s %(B)s %(D)s %({x-request-id}i)s"
        let server = try lab(
            workerClass, ["--access-logfile", "access.log", "--access-logformat", format, "--request-timeout", "2s"])
        let client = try StreamClient(port: server.port)
        try client.request(1, "GET /sleep?ms=400", "X-Request-Id: first\r\n")
        try client.request(2, "GET /bytes?n=700", "X-Request-Id: second\r\n")
        try client.request(3, "GET /sleep?ms=30000", "X-Request-Id: third\r\n")
        #expect(try client.receive { client in (1...3).allSatisfy(client.isOver) })
        func lines() -> [[String]] {
            server.directory.read("access.log").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        }
        #expect(eventually { lines().count == 3 })
        let times = lines().reduce(into: [:]) { $0[$1[4]] = Int($1[3]) }
        #expect(
            lines().map { Array($0[1...2]) + [$0[4]] } == [
                ["200", "700", "second"], ["200", "13", "first"], ["503", "24", "third"],
            ])
        #expect(times["second"] ?? .max < 400_000)
        #expect(times["first"] ?? 0 >= 400_000)
        #expect(times["third"] ?? 0 >= 1_900_000)
        #expect(server.stop() == 0)
    }

    @Test(arguments: ["async", "threads"])
    func aDrainLetsAllOfThemEnd(_ workerClass: String) throws {
        let server = try lab(workerClass)
        let client = try StreamClient(port: server.port)
        try client.request(1, "GET /sleep?ms=500")
        try client.request(2, "GET /message/stream?n=8&ms=100")
        #expect(try client.receive { $0.replies[2]?.body.isEmpty == false })
        server.signal(SIGTERM)
        try server.waitForLines("event=worker_draining")
        #expect(try client.receive { $0.isOver(1) && $0.isOver(2) })
        #expect(client.replies[1]?.text == "slept 500 ms\n")
        #expect(client.replies[2]?.body.count == 80)
        #expect(server.waitForExit() == 0)
    }
}
