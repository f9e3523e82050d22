import DroverTestSupport
import Glibc
import Testing

@Suite struct AccessLogTests {
    @Test func everyRequestHasALineAndTheFileIsReopened() throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--access-logfile", "access.log"], in: directory)
        try server.waitUntilReady(workers: 1)
        let client = try TCPClient(port: server.port)
        _ = try client.get("/", headers: ["User-Agent: test \"1\""])
        _ = try client.get("/nothing")
        #expect(eventually { directory.read("access.log").split(separator: "\n").count == 2 })
        let lines = directory.read("access.log").split(separator: "\n")
        #expect(lines[0].hasPrefix("127.0.0.1 - - ["))
        #expect(lines[0].hasSuffix(#""GET / HTTP/1.1" 200 13 "-" "test \"1\"""#))
        #expect(lines[1].contains("\"GET /nothing HTTP/1.1\" 404 "))
        rename("\(directory.path)/access.log", "\(directory.path)/access.log.1")
        server.signal(SIGUSR1)
        #expect(eventually { TemporaryDirectory.entries(of: directory.path).contains("access.log") })
        // The worker opens the file at its own pace; until then the old one is written to.
        #expect(eventually { (try? client.get("/").status) == 200 && !directory.read("access.log").isEmpty })
        #expect(server.stop() == 0)
    }

    @Test func dashIsStandardOutput() throws {
        let server = try SpawnedServer.lab(workers: 1, ["--access-logfile", "-"])
        _ = try server.get("/")
        #expect(eventually { server.output.contains("\"GET / HTTP/1.1\" 200 13") })
        #expect(server.stop() == 0)
    }

    @Test func formatIsTheUsersOwn() throws {
        let format = "%(m)s %(U)s %(s)s %(B)s %({x-test}i)s %({content-type}o)s %(D)s %(Q)s"
        let server = try SpawnedServer.lab(
            workers: 1, ["--app", "lab", "--access-logfile", "access.log", "--access-logformat", format])
        let client = try TCPClient(port: server.port)
        _ = try client.get("/sleep?ms=50", headers: ["X-Test: a\"b"])
        #expect(eventually { server.directory.read("access.log").contains("GET /sleep 200") })
        let line = try #require(
            server.directory.read("access.log").split(separator: "\n").first { $0.hasPrefix("GET /sleep 200") })
        let words = line.split(separator: " ")
        #expect(words.prefix(7) == ["GET", "/sleep", "200", "12", "a\\\"b", "text/plain;", "charset=utf-8"])
        let duration = words.count == 9 ? Int(words[7]) ?? 0 : 0
        #expect(duration >= 50_000 && duration < 20_000_000)
        #expect(Int(words.last ?? "") ?? .max < duration)
        #expect(server.stop() == 0)
    }

    /// The time runs from the first byte, however long the rest of the head takes.
    @Test func timeRunsFromTheFirstByte() throws {
        let server = try SpawnedServer.lab(
            workers: 1, ["--access-logfile", "access.log", "--access-logformat", "%(D)s %(Q)s"])
        let client = try TCPClient(port: server.port)
        // A server that is not let run in between gets both halves at once, so that one attempt proves nothing.
        let isMeasured = try eventually {
            try client.send("GET / HTTP/1.1\r\n")
            usleep(100_000)
            try client.send("Host: a\r\n\r\n")
            _ = try client.reply()
            let numbers = server.directory.read("access.log").split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
            return numbers.count(where: { $0 >= 95_000 }) >= 2
        }
        #expect(isMeasured, "\(server.directory.read("access.log"))")
        #expect(server.stop() == 0)
    }

    @Test func jsonHasAnObjectALine() throws {
        let server = try SpawnedServer.lab(
            workers: 1, ["--access-logfile", "-", "--access-logformat", "json"])
        _ = try server.get("/?q=1")
        #expect(eventually { server.output.contains(#""method":"GET","path":"/","query":"q=1""#) })
        #expect(server.output.hasPrefix("{") && server.output.hasSuffix("}\n"))
        #expect(server.stop() == 0)
    }

    @Test func receiverOnAUnixSocket() throws {
        let directory = TemporaryDirectory()
        let path = "\(directory.path)/log"
        let receiver = NotifyReceiver(path)
        let server = try SpawnedServer.lab(
            workers: 1, ["--access-logfile", "syslog:unix:\(path)", "--access-logformat", "%(m)s %(U)s"])
        let client = try TCPClient(port: server.port)
        try client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 2))
        var lines: [String] = []
        #expect(
            eventually {
                lines += receiver.next() ?? []
                return lines.count == 2
            })
        let message = /<14>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d drover-lab\.access\[\d+\]: GET \//
        #expect(lines.allSatisfy { $0.wholeMatch(of: message) != nil }, "\(lines)")
        #expect(server.stop() == 0)
    }

    @Test func receiverOverUDPAndWithoutOne() throws {
        let receiver = try DatagramReceiver()
        let server = try SpawnedServer.lab(
            workers: 1,
            ["--access-logfile", "syslog:udp:127.0.0.1:\(receiver.port)", "--access-logformat", "%(U)s"])
        _ = try server.get("/")
        var message: String?
        #expect(
            eventually {
                message = receiver.next()
                return message != nil
            })
        #expect(message?.hasSuffix("]: /") == true)
        #expect(server.stop() == 0)
        // Nobody there: requests are answered all the same, and what is lost is counted.
        let lonely = try SpawnedServer.lab(workers: 1, ["--access-logfile", "syslog:unix:/nowhere/log"])
        for _ in 0..<3 { #expect(try lonely.get("/").status == 200) }
        try lonely.waitForLines("event=access_log_dropped")
        #expect(lonely.stop() == 0)
    }

    /// RFC 3164 has packets of at most 1,024 bytes; on the machine itself receivers take more.
    @Test(arguments: [("udp", 1_024), ("unix", 8_096)]) func longMessagesEndInAMark(kind: String, limit: Int) throws {
        let directory = TemporaryDirectory()
        let datagrams = try DatagramReceiver()
        let local = NotifyReceiver("\(directory.path)/log")
        let place = kind == "udp" ? "udp:127.0.0.1:\(datagrams.port)" : "unix:\(local.name)"
        let server = try SpawnedServer.lab(
            workers: 1,
            ["--access-logfile", "syslog:\(place)", "--access-logformat", "%({x-a}i)s%({x-b}i)s%({x-c}i)s%({x-d}i)s"])
        let client = try TCPClient(port: server.port)
        let value = String(repeating: "x", count: 3_000)
        _ = try client.get("/", headers: "abcd".map { "X-\($0): \(value)" })
        var message: [UInt8] = []
        #expect(
            eventually {
                message = (kind == "udp" ? datagrams.nextBytes() : local.nextBytes()) ?? []
                return !message.isEmpty
            })
        #expect(message.count == limit && String(decoding: message, as: UTF8.self).hasSuffix("xx..."))
        #expect(server.stop() == 0)
    }

    @Test func mistakeInAFormatIsFoundBeforeAnythingStarts() {
        let server = SpawnedServer("drover-lab", ["--access-logformat", "%(h)s %(z)s"])
        #expect(server.waitForExit() == 1)
        #expect(server.log.contains("--access-logformat: has the unknown atom '%(z)s'"), "\(server.log)")
    }
}
