import DroverTestSupport
import Glibc
import Testing

/// Peers whose handshake is right and who then say what nobody should; Tests/Interop/tls_hostile.py plays them.
@Suite struct HostileRecordTests {
    private func peer(_ mode: String, _ words: [String]) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let python = "\(root)/.build/tlslite/bin/python"
        try #require(access(python, X_OK) == 0, "tlslite-ng is missing: run scripts/setup-tlslite, as make test does")
        return try Command.run(
            [python, "-B", "\(root)/Tests/Interop/tls_hostile.py", mode] + words, within: 120
        ).output
    }

    @Test(arguments: [StockClass.async, .threads])
    func renegotiationIsRefusedAndTheConnectionGoesOn(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            listener: ["protocol": "echo", "app": ""], flags: workerClass.flags)
        let lines = try peer("renegotiate", ["\(server.port)"])
        #expect(lines == String(repeating: "refused\ngoes on\n", count: 5) + "farewell\n")
        server.expectUnharmed()
    }

    /// Records of every kind, sealed and not, with every content; a seed a worker class, so that a failure comes again.
    @Test(arguments: zip(StockClass.allCases, [1, 2, 3]))
    func garbageInsideEndsItsConnectionAlone(_ workerClass: StockClass, _ seed: Int) throws {
        let server = try SpawnedServer.secure(
            listener: ["app": "hello"], settings: ["loglevel: debug"], flags: workerClass.flags)
        let worker = try #require(server.workers.first)
        let open = { descriptors(of: worker) }
        let before = open()
        #expect(try peer("garbage", ["\(server.port)", "\(seed)", "120"]) == "120 connections, 0 without an end\n")
        #expect(eventually { open() <= before }, "\(open()) descriptors, \(before) before")
        // In words, whatever a peer makes up.
        let reasons = server.lines("the peer broke the connection: ")
        #expect(reasons.count > 30)
        #expect(!reasons.contains { $0.contains("error a") || $0.contains("no reason") }, "\(reasons)")
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    private func descriptors(of process: pid_t) -> Int {
        guard let folder = opendir("/proc/\(process)/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
