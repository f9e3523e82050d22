import DroverCore
import DroverLineRPCClient
import DroverSystem
import DroverTLS
import DroverTestSupport
import Glibc
import Testing

/// Streams that we open ourselves: on a loop of their own, and in workers beside the connections.
@Suite struct ClientStreamTests {
    /// A server that does `body` with each of its first `count` clients, one after the other.
    private func server(
        clients count: Int = 1, _ body: @escaping @Sendable (TCPClient) throws -> Void
    ) throws -> (address: String, ended: Worker<Bool>) {
        let listener = try TCPListener()
        return (
            "127.0.0.1:\(listener.port)",
            Worker {
                for _ in 0..<count {
                    guard let client = try? TCPClient(accepting: listener) else { return false }
                    do { try body(client) } catch { return false }
                }
                return true
            }
        )
    }

    private func failure(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    // MARK: A loop of their own

    @Test func linesGoThereAndBackAndTheLastWordsArrive() {
        onOwnThread {
            let (address, ended) = try server { client in
                #expect(String(decoding: try client.receive(), as: UTF8.self) == "one\n")
                try client.send("two\r\nthr")
                try client.send("ee\n")
                #expect(try client.receiveAll() == "four")
            }
            let stream = try await StreamLoop().connect(to: address)
            try await stream.write("one\n")
            #expect(try await stream.readLine() == "two")
            #expect(try await stream.readLine() == "three")
            try await stream.write("four")
            try await stream.finish()
            #expect(stream.bytesSent == 8 && stream.bytesReceived == 11)
            #expect(ended.join())
        }
    }

    @Test func serverThatSaysNothingMeetsADeadline() {
        onOwnThread {
            let (address, ended) = try server { _ = try? $0.receiveAll() }
            let loop = StreamLoop()
            let stream = try await loop.connect(
                to: address, limits: StreamLimits(read: .milliseconds(300), write: .milliseconds(300)))
            let start = now()
            #expect(await failure { _ = try await stream.fill() } == "upstream: the read deadline passed")
            #expect((0.25..<5).contains(now() - start))
            stream.close()
            #expect(ended.join())
        }
    }

    @Test func serverThatTakesNothingMeetsADeadlineToo() {
        onOwnThread {
            let listener = try TCPListener()
            let stream = try await StreamLoop().connect(
                to: "127.0.0.1:\(listener.port)", limits: StreamLimits(write: .milliseconds(300)))
            let error = await failure { try await stream.write([UInt8](repeating: 7, count: 64 << 20)) }
            #expect(error == "upstream: the write deadline passed")
        }
    }

    @Test func addressWhereNothingListens() {
        onOwnThread {
            let port = try TCPListener().port
            let loop = StreamLoop()
            let error = await failure { _ = try await loop.connect(to: "127.0.0.1:\(port)") }
            #expect(error == "connect: Connection refused")
            #expect(await failure { _ = try await loop.connect(to: "unix:/nonexistent") }.contains("No such file"))
            #expect(await failure { _ = try await loop.connect(to: "host.invalid:1") }.contains("host.invalid"))
            #expect(await failure { _ = try await loop.connect(to: "fd://3") }.contains("HOST:PORT"))
        }
    }

    @Test func streamsThatAreGivenUpAreClosedAndTheirThreadsEnd() {
        onOwnThread {
            let before = TemporaryDirectory.entries(of: "/proc/self/fd").count
            let (address, ended) = try server(clients: 200) { _ = try? $0.receiveAll() }
            for _ in 0..<20 {
                let loop = StreamLoop(name: "given-up")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<10 {
                        group.addTask {
                            let stream = try await loop.connect(
                                to: address, limits: StreamLimits(read: .milliseconds(1)))
                            // Some are dropped while the loop is about to say something about them.
                            if number % 2 == 0 { _ = try? await stream.fill() }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(ended.join())
            #expect(
                eventually {
                    let names = TemporaryDirectory.entries(of: "/proc/self/task").map {
                        TemporaryDirectory.content(of: "/proc/self/task/\($0)/comm") ?? ""
                    }
                    return !names.contains("given-up\n")
                }, "its thread ends with it")
            // Other tests open and close theirs meanwhile.
            #expect(eventually { TemporaryDirectory.entries(of: "/proc/self/fd").count < before + 150 })
        }
    }

    @Test func clientReadsWhileItsServerTakesNothing() {
        onOwnThread {
            // The server takes no byte before all of its own are taken: a client that only sent would wait for ever.
            let size = 24 << 20
            let (address, ended) = try server { client in
                try client.send([UInt8](repeating: 1, count: size))
                var count = 0
                while count < size {
                    let bytes = try client.receive()
                    if bytes.isEmpty { break }
                    count += bytes.count
                }
                #expect(count == size)
            }
            let stream = try await StreamLoop().connect(to: address, limits: StreamLimits(write: .seconds(20)))
            stream.withOutput(reserving: size) { space in
                for _ in 0..<size { space.append(2) }
            }
            var count = 0
            while case .input = try await stream.nextEvent(limit: 1 << 20, readsWhileSending: true) {
                count += stream.bufferedCount
                stream.consume(stream.bufferedCount)
            }
            #expect(count == size)
            #expect(ended.join())
        }
    }

    @Test func nudgeAndMomentEndAWait() {
        onOwnThread {
            let (address, ended) = try server { _ = try? $0.receiveAll() }
            let loop = StreamLoop()
            let stream = try await loop.connect(to: address)
            let handle = stream.handle
            loop.startTask { handle.nudge() }
            #expect(try await stream.nextEvent(limit: 1024) == .nudge)
            #expect(try await stream.nextEvent(limit: 1024, until: stream.monotonicClock + 50) == .moment)
            #expect(try await stream.nextEvent(limit: 1024, patience: 50) == .silence)
            stream.close()
            #expect(ended.join())
        }
    }

    @Test func secureStreamKnowsItsServer() {
        onOwnThread {
            let server = try SpawnedServer.secure()
            var settings = TLSClientSettings()
            settings.authorities = .file(Certificates.path("ca.pem"))
            settings.protocolNames = ["http/1.1"]
            let loop = StreamLoop()
            let transport = try TLSClientTransport(settings)
            let address = "127.0.0.1:\(server.port)"
            let stream = try await loop.connect(to: address, through: transport, as: "localhost")
            #expect(stream.negotiatedProtocol == "http/1.1" && stream.security?.version == "TLSv1.3")
            try await stream.write("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(try await stream.readLine() == "HTTP/1.1 200 OK")
            while try await stream.fill(limit: 1 << 20) {}
            #expect(!stream.endedEarly)
            let refusal = await failure {
                _ = try await loop.connect(to: address, through: transport, as: "else.example")
            }
            #expect(
                refusal.hasPrefix("upstream: the handshake failed: ") && refusal.contains("certificate"), "\(refusal)")
        }
    }

    @Test func cancelledTaskWaitsNoLonger() {
        onOwnThread {
            let (address, ended) = try server { client in
                try client.send("late\n")
                _ = try? client.receiveAll()
            }
            let loop = StreamLoop()
            let (lines, feed) = AsyncStream.makeStream(of: String.self)
            let task = loop.startTask {
                do {
                    let stream = try await loop.connect(to: address, limits: StreamLimits(read: .seconds(60)))
                    feed.yield(try await stream.readLine() ?? "none")
                    do { _ = try await stream.readLine() } catch { feed.yield("\(error)") }
                    // One that is cancelled already does not begin to wait.
                    do { _ = try await stream.readLine() } catch { feed.yield("\(error)") }
                    try await stream.write("goodbye")
                    try await stream.finish()
                } catch {
                    feed.yield("failed: \(error)")
                }
                feed.finish()
            }
            var seen: [String] = []
            for await line in lines {
                seen.append(line)
                if line == "late" { task.cancel() }
            }
            let cancelled = "upstream: the task was cancelled"
            #expect(seen == ["late", cancelled, cancelled])
            #expect(ended.join())
        }
    }

    // What goes wrong there is no fault of the client's: it gets an answer, and its connection stays.
    @Test(arguments: StockClass.keepingAlive)
    func silentServerIsNoFaultOfTheClients(_ workerClass: StockClass) {
        onOwnThread {
            let (address, ended) = try server(clients: 2) { _ = try? $0.receiveAll() }
            let port = address.split(separator: ":").last ?? ""
            let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--request-timeout", "1"])
            let client = try TCPClient(port: server.port)
            try client.send("GET /fetch?port=\(port)&ms=200 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 500 "))
            #expect(server.lines("event=request_failed").first?.contains("upstream: the read deadline passed") == true)
            let start = now()
            try client.send("GET /fetch?port=\(port)&ms=60000 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 503 "))
            #expect(now() - start < 10, "the request's time ends the wait for the other server")
            #expect(ended.join())
            #expect(server.stop() == 0)
        }
    }

    // MARK: The JSON-RPC client

    @Test(arguments: StockClass.allCases)
    func clientInAWorkerHasNoThreadOfItsOwn(_ workerClass: StockClass) {
        onOwnThread {
            let methods = try SpawnedServer.methods(.async)
            let server = try SpawnedServer.lab(workers: 1, workerClass.flags + ["--pid", "lab.pid"])
            for round in 0..<3 {
                let reply = try server.get("/ask?port=\(methods.port)&a=40&b=\(round)")
                #expect(reply.status == 200 && reply.body == "\(40 + round)", "\(reply)")
            }
            let worker = try #require(server.workers.first)
            let names = TemporaryDirectory.entries(of: "/proc/\(worker)/task").map {
                TemporaryDirectory.content(of: "/proc/\(worker)/task/\($0)/comm") ?? ""
            }
            #expect(!names.isEmpty && !names.contains("rpc-client\n") && !names.contains("streams\n"), "\(names)")
            #expect(try server.get("/ask?port=1&a=1&b=2").status == 500)
            #expect(server.stop() == 0)
        }
    }

    @Test func lastWordsOfAClientAreSent() {
        onOwnThread {
            let (address, ended) = try server { client in
                let words = try client.receiveAll()
                #expect(words.contains("goodbye"), "\(words)")
            }
            let client = try await RPCClient(connectingTo: address, timeout: .seconds(Int64.max))
            try client.notify("goodbye")
            client.close()
            #expect(ended.join())
        }
    }

    @Test func clientSpeaksTLS() {
        onOwnThread {
            let server = try SpawnedServer.secure(listener: ["protocol": "line-rpc", "app": "lab-methods"])
            var settings = TLSClientSettings()
            settings.authorities = .file(Certificates.path("ca.pem"))
            let client = try await RPCClient(
                connectingTo: "127.0.0.1:\(server.port)", through: try TLSClientTransport(settings), as: "localhost")
            #expect(try await client.call("sum", 1, 2) == 3)
            client.close()
            let strangers = await failure {
                _ = try await RPCClient(
                    connectingTo: "127.0.0.1:\(server.port)", through: try TLSClientTransport(settings),
                    as: "else.example")
            }
            #expect(strangers.contains("the handshake failed"), "\(strangers)")
            server.expectUnharmed()
        }
    }
}
