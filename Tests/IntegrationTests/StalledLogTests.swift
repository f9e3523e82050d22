import DroverTestSupport
import Glibc
import Testing

/// Logs whose reader has stopped reading.
@Suite struct StalledLogTests {
    private let directory = TemporaryDirectory()
    private let reader: Int32
    private let filler: Int32

    init() {
        mkfifo("\(directory.path)/slow", 0o600)
        reader = open("\(directory.path)/slow", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        filler = open("\(directory.path)/slow", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    }

    /// Writes until nothing more fits, with the pipe's least unit.
    private func fill() {
        let block = [UInt8](repeating: UInt8(ascii: "\n"), count: 4_096)
        while write(filler, block, block.count) > 0 {}
    }

    /// Everything that waits to be read, in lines.
    private func drain() -> [String] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(reader, &block, block.count), count > 0 { bytes += block[..<count] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func start(_ arguments: String) -> SpawnedServer {
        SpawnedServer(
            path: "/bin/sh",
            ["-c", "exec \"$0\" -b 127.0.0.1:0 -w 1 \(arguments)", "\(SpawnedServer.products)/drover-lab"],
            in: directory)
    }

    @Test(arguments: ["2>slow", "--error-logfile slow", "--error-logfile /dev/stderr 2>slow"])
    func arbiterGoesOn(arguments: String) throws {
        let server = start(arguments)
        var log: [String] = []
        try #require(
            eventually {
                log += drain()
                return log.contains { $0.contains("event=worker_ready") }
            })
        let address = log.first { $0.contains("event=listening") }.flatMap { SpawnedServer.value("address", in: $0) }
        let port = try #require(address?.split(separator: ":").last.flatMap { UInt16($0) })
        fill()
        for _ in 0..<3 {
            let old = try #require(server.workers.first)
            kill(old, SIGKILL)
            try #require(eventually { server.workers.first.map { $0 != old } ?? false }, "the arbiter is stuck")
            #expect(try TCPClient(port: port).get("/").status == 200)
        }
        #expect(drain().isEmpty)
        server.signal(SIGUSR1)
        kill(try #require(server.workers.first), SIGKILL)
        log = []
        try #require(
            eventually {
                log += drain()
                return log.contains { $0.contains("event=worker_ready") }
            })
        // Each death was worth a line or more; what the arbiter says of the last worker may have found room.
        let notice = log.first { $0.contains("event=log_dropped pid=\(server.pid)") } ?? ""
        #expect(Int(SpawnedServer.value("lines", in: notice) ?? "") ?? 0 >= 3, "\(log)")
        fill()
        #expect(server.stop() == 0)
    }

    @Test(arguments: ["--access-logfile - >slow", "--access-logfile slow"])
    func workerGoesOnAndCounts(arguments: String) throws {
        let server = start("--access-logformat '%(q)s' \(arguments)")
        try server.waitUntilReady(workers: 1)
        let worker = try #require(server.workers.first)
        let client = try TCPClient(port: server.port)
        for _ in 0..<5 { #expect(try client.get("/?before").status == 200) }
        #expect(eventually { drain().isEmpty == false })
        fill()
        for _ in 0..<20 { #expect(try client.get("/?lost").status == 200) }
        try server.waitForLines("event=access_log_dropped pid=\(worker) lines=")
        #expect(drain().isEmpty)
        #expect(try client.get("/?after").status == 200)
        var lines: [String] = []
        #expect(
            eventually {
                lines += drain()
                return lines.contains("after")
            })
        // The worker may write the line of the last reply after the pipe has been emptied.
        #expect(lines.count { $0 == "lost" } <= 1 && lines.last == "after", "\(lines)")
        #expect(server.workers == [worker])
        #expect(server.stop() == 0)
    }
}
