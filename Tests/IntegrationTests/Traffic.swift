import DroverTestSupport
import Glibc
import Testing

extension TCPClient {
    /// The next `count` bytes, fewer if the peer ends before.
    func receive(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, case let more = try receive(), !more.isEmpty { bytes += more }
        return bytes
    }

    /// What comes next, or nil when the connection's own time for a wait is over before anything has come.
    func receiveUnlessSilent() throws -> [UInt8]? {
        do {
            return try receive()
        } catch let failure as Failure where failure.code == EAGAIN {
            return nil
        }
    }

    /// Whether the peer ends the connection next, politely or not.
    func isEnded() -> Bool {
        do { return try receive().isEmpty } catch { return (error as? Failure)?.code == ECONNRESET }
    }
}

extension SpawnedServer {
    /// The drover command on a free port, ready to serve.
    static func drover(workers: Int = 1, _ arguments: [String]) throws -> SpawnedServer {
        let server = SpawnedServer("drover", ["--bind", "127.0.0.1:0", "--workers", "\(workers)"] + arguments)
        try server.waitUntilReady(workers: workers)
        return server
    }

    /// Sends requests, a connection each, for `seconds` and for as long as `body` takes; returns what went wrong.
    func failures(during seconds: Double, _ body: () throws -> Void) throws -> [String] {
        let end = Flag()
        let port = port
        let clients = (0..<2).map { _ in
            Worker {
                var failures: [String] = []
                while !end.isSet {
                    do {
                        let status = try TCPClient(port: port, timeout: 10).get("/").status
                        if status != 200 { failures.append("status \(status)") }
                    } catch {
                        failures.append("\(error)")
                    }
                    usleep(2_000)
                }
                return failures
            }
        }
        let start = now()
        defer { end.set() }
        try body()
        usleep(UInt32(max(0, seconds - (now() - start)) * 1e6))
        end.set()
        return clients.flatMap { $0.join() }
    }

    /// Stops it, and makes sure that none of its workers was lost on the way.
    func expectUnharmed(_ place: SourceLocation = #_sourceLocation) {
        #expect(lines("event=worker_exited").isEmpty, sourceLocation: place)
        #expect(lines(" error ").isEmpty, "\(log)", sourceLocation: place)
        #expect(stop() == 0, sourceLocation: place)
    }
}
