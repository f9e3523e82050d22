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
}
