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

    /// Stops it, and makes sure that none of its workers was lost on the way.
    func expectUnharmed(_ place: SourceLocation = #_sourceLocation) {
        #expect(lines("event=worker_exited").isEmpty, sourceLocation: place)
        #expect(lines(" error ").isEmpty, "\(log)", sourceLocation: place)
        #expect(stop() == 0, sourceLocation: place)
    }
}
