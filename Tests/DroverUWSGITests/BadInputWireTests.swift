import DroverTestSupport
import Testing

/// The bad inputs once more, over sockets of a server that runs: nothing of them is left.
@Suite struct BadInputWireTests {
    @Test(arguments: ["async", "threads"])
    func nothingIsLeftOfBadInputs(workerClass: String) throws {
        let server = SpawnedServer(
            "drover",
            ["--bind", "127.0.0.1:0", "--workers", "1", "--worker-class", workerClass, "--protocol", "uwsgi"])
        try server.waitUntilReady(workers: 1)
        let worker = try #require(server.workers.first)
        func descriptors() -> Int { TemporaryDirectory.entries(of: "/proc/\(worker)/fd").count }
        let good = try TCPClient(port: server.port)
        try good.send(Packet.bytes())
        #expect(try good.receiveAll().hasSuffix("Hello, World!"))
        #expect(eventually { descriptors() > 0 })
        let before = descriptors()
        for input in BadInputTests.all {
            let client = try TCPClient(port: server.port)
            try client.send(input.bytes)
            let text = try client.receiveAll()
            #expect(text.hasPrefix("HTTP/1.1 \(input.status)\r\n"), "\(input.name): \(text)")
        }
        for count in 0..<20 {
            let client = try TCPClient(port: server.port)
            try client.send(Array(Packet.bytes().prefix(count * 10)))
        }
        #expect(eventually { descriptors() <= before }, "\(descriptors()) open, \(before) before")
        let again = try TCPClient(port: server.port)
        try again.send(Packet.bytes())
        #expect(try again.receiveAll().hasSuffix("Hello, World!"))
        #expect(server.workers.first == worker, "it was the same worker all the time")
        let refusals = server.lines("event=uwsgi_refused")
        #expect(refusals.count == 6, "once a minute is enough for each of the causes: \(refusals)")
        #expect(server.stop() == 0)
        let stopped = try #require(server.lines("event=stopped").first)
        #expect(SpawnedServer.value("requests", in: stopped) == "2")
        #expect(SpawnedServer.value("errors", in: stopped) == "\(BadInputTests.all.count)")
    }
}
