import DroverTestSupport
import Glibc
import Testing

/// Certificates that change under connections, which go on.
@Suite struct SecureRenewalTests {
    /// A folder with a certificate of its own, which can be renewed.
    private func folderWithCertificate() throws -> (TemporaryDirectory, [String: String]) {
        let directory = TemporaryDirectory()
        try put("server", into: directory)
        return (directory, ["certfile": "current.pem", "keyfile": "current.key"])
    }

    private func put(_ name: String, into directory: TemporaryDirectory, _ endings: [String] = ["pem", "key"]) throws {
        for ending in endings {
            directory.write(
                "new.\(ending)", TemporaryDirectory.content(of: Certificates.path("\(name).\(ending)")) ?? "")
            rename("\(directory.path)/new.\(ending)", "\(directory.path)/current.\(ending)")
        }
    }

    /// The serial number of the certificate that a newcomer gets.
    private func serial(_ server: SpawnedServer) throws -> String {
        let shown = try server.client(["-showcerts"]).output
        let done = try Command.run(["openssl", "x509", "-noout", "-serial"], input: shown)
        return String(done.output.split(separator: "\n").first ?? "")
    }

    private func serial(ofFile name: String) throws -> String {
        let done = try Command.run(["openssl", "x509", "-noout", "-serial", "-in", Certificates.path("\(name).pem")])
        return String(done.output.split(separator: "\n").first ?? "")
    }

    /// A client with one connection, which asks, waits until the file `go` appears, and asks again.
    ///
    /// It prints for each request the certificate's serial number and the worker, and touches `asked` after the first.
    private func visitor(_ server: SpawnedServer) -> Worker<String> {
        let script = """
            import json, os, re, socket, ssl, sys, time
            context = ssl.create_default_context(cafile=sys.argv[2])
            with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20),
                                     server_hostname="localhost") as client:
                def ask():
                    client.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
                    reply = client.recv(65536).decode()
                    worker = re.search(r'"pid":([0-9]+)', reply)
                    print(client.getpeercert()["serialNumber"], worker.group(1) if worker else reply, flush=True)
                ask()
                open(sys.argv[3] + "/asked", "w").close()
                for _ in range(2000):
                    if os.path.exists(sys.argv[3] + "/go"):
                        break
                    time.sleep(0.01)
                ask()
            """
        let words = ["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem"), server.directory.path]
        return Worker { (try? Command.run(words))?.output ?? "nothing" }
    }

    /// Both requests of a visitor were answered, by one worker and on one connection.
    private func expectUndisturbed(
        _ visitor: Worker<String>, _ server: SpawnedServer, _ place: SourceLocation = #_sourceLocation
    ) throws {
        server.directory.write("go", "")
        let lines = visitor.join().split(separator: "\n").map(String.init)
        #expect(lines.count == 2 && lines[0] == lines[1], "\(lines) \(server.log)", sourceLocation: place)
        let number = try serial(ofFile: "server").split(separator: "=").last.map(String.init) ?? ""
        #expect(lines[0].hasPrefix("\(number) "), "\(lines)", sourceLocation: place)
    }

    @Test(arguments: StockClass.keepingAlive)
    func reloadTakesNewCertificatesWithoutNewWorkers(_ workerClass: StockClass) throws {
        let (directory, settings) = try folderWithCertificate()
        let server = try SpawnedServer.secure(
            settings, workers: 2, flags: workerClass.flags + ["--pid", "lab.pid"], in: directory)
        let workers = server.workers
        #expect(try serial(server) == serial(ofFile: "server"))
        let visitor = visitor(server)
        #expect(eventually { access("\(directory.path)/asked", F_OK) == 0 })
        try put("renewed", into: directory)
        server.signal(SIGHUP)
        try server.waitForLines("event=renewed generation=1 workers=2 listeners=127.0.0.1:0")
        for _ in 0..<4 { #expect(try serial(server) == serial(ofFile: "renewed")) }
        try expectUndisturbed(visitor, server)
        #expect(server.workers == workers)
        #expect(server.lines("event=certificates_reloaded")[0].hasSuffix("files=2 listener=127.0.0.1:0"))
        // Who reloads because of the logs has that at any rate.
        #expect(server.lines("event=logs_reopened").count == 1)
        // The same by an order, with an answer; then once more, which finds nothing new and brings new workers.
        try put("server", into: directory)
        for (text, generation) in [("renewed: 127.0.0.1:0 goes on", 1), ("reloaded: generation", 2)] {
            let done = try Command.run(
                ["\(SpawnedServer.products)/drover-lab", "ctl", "reload", "--socket", "\(directory.path)/lab.ctl"])
            #expect(done.status == 0 && done.output.hasPrefix(text), "\(done.output)")
            #expect((server.workers == workers) == (generation == 1))
            #expect(try serial(server) == serial(ofFile: "server"))
        }
        #expect(server.stop() == 0)
    }

    /// New workers come where something else has changed too, with the new certificate, and lose no request.
    @Test func reloadOfMoreThanCertificatesBringsNewWorkers() throws {
        let (directory, settings) = try folderWithCertificate()
        let server = try SpawnedServer.secure(
            settings, listener: ["app": "lab"], workers: 2, flags: ["--pid", "lab.pid"], in: directory)
        let workers = server.workers
        let slow = Worker {
            (try? Curl.run(
                ["-k", "https://localhost:\(server.port)/sleep?ms=1500", "-w", "[%{http_code}]"]))?.output ?? "nothing"
        }
        let look = [
            "\(SpawnedServer.products)/drover-lab", "ctl", "workers", "--json", "--socket", "\(directory.path)/lab.ctl",
        ]
        #expect(try eventually { try Command.run(look).output.contains("\"in_flight\": 1") })
        try put("renewed", into: directory)
        directory.write(
            "drover.yaml", SpawnedServer.secureConfiguration(settings, listener: ["app": "lab", "backlog": "77"]))
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded generation=2")
        #expect(try serial(server) == serial(ofFile: "renewed"))
        #expect(slow.join().hasSuffix("[200]"))
        #expect(eventually { Set(server.workers).isDisjoint(with: workers) })
        #expect(server.stop() == 0)
    }

    /// Of several listeners only those go on with something else whose files have changed.
    @Test func renewalsNameTheirListeners() throws {
        let (directory, _) = try folderWithCertificate()
        func listener(_ socket: String, _ certificate: String, _ key: String) -> String {
            "  - { bind: \"unix:\(socket)\", transport: tls, protocol: http, app: inspect, tls: { certfile: \(certificate), "
                + "keyfile: \(key), watch: true } }\n"
        }
        directory.write(
            "drover.yaml",
            "listeners:\n" + listener("first", "current.pem", "current.key")
                + listener("second", Certificates.path("rsa.pem"), Certificates.path("rsa.key"))
                + listener("third", "current.pem", "current.key"))
        let server = SpawnedServer("drover-lab", ["--workers", "1"], in: directory)
        try server.waitUntilReady(workers: 1)
        try put("renewed", into: directory, ["pem"])
        try server.waitForLines("event=certificates_kept")
        #expect(server.lines("event=certificates_kept").allSatisfy { $0.hasSuffix("listener=unix:first,unix:third") })
        try put("renewed", into: directory, ["key"])
        try server.waitForLines("event=certificates_reloaded")
        #expect(
            server.lines("event=certificates_reloaded").map { $0.hasSuffix("files=2 listener=unix:first,unix:third") }
                == [true])
        server.expectUnharmed()
    }

    @Test func reloadWithAWrongCertificateKeepsTheOldOne() throws {
        let (directory, settings) = try folderWithCertificate()
        let server = try SpawnedServer.secure(settings, in: directory)
        try put("expired", into: directory)
        server.signal(SIGHUP)
        try server.waitForLines("event=reload_failed")
        let line = server.lines("event=reload_failed")[0]
        #expect(line.contains("drover.yaml:4:"), "\(line)")
        #expect(line.contains("'certfile' 'current.pem' has expired on 20"), "\(line)")
        #expect(try serial(server) == serial(ofFile: "server"))
        #expect(server.stop() == 0)
    }

    @Test(arguments: StockClass.allCases)
    func watchTakesNewCertificatesWithoutNewWorkers(_ workerClass: StockClass) throws {
        let (directory, settings) = try folderWithCertificate()
        let watching = settings.merging(["watch": "true"]) { $1 }
        let server = try SpawnedServer.secure(watching, workers: 2, flags: workerClass.flags, in: directory)
        let workers = server.workers
        #expect(try serial(server) == serial(ofFile: "server"))
        // Under sync a connection ends with its first reply, whatever changes.
        let visitor = workerClass == .sync ? nil : visitor(server)
        if visitor != nil { #expect(eventually { access("\(directory.path)/asked", F_OK) == 0 }) }
        // Half of a renewal is none: the key does not match.
        try put("renewed", into: directory, ["pem"])
        try server.waitForLines("event=certificates_kept")
        #expect(server.lines("event=certificates_kept")[0].contains("is not the key of the certificate"))
        #expect(try serial(server) == serial(ofFile: "server"))
        try put("renewed", into: directory, ["key"])
        try server.waitForLines("event=certificates_reloaded")
        for _ in 0..<6 { #expect(try serial(server) == serial(ofFile: "renewed")) }
        if let visitor { try expectUndisturbed(visitor, server) }
        #expect(server.workers == workers)
        // A worker that is started later has it too.
        for worker in workers { kill(worker, SIGKILL) }
        try server.waitUntilReady(workers: 4)
        #expect(try serial(server) == serial(ofFile: "renewed"))
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: getuid() == 0)) func workersNeedNotReadTheKey() throws {
        let (directory, settings) = try folderWithCertificate()
        chmod(directory.path, 0o755)
        chmod("\(directory.path)/current.key", 0o600)
        let watching = settings.merging(["watch": "true"]) { $1 }
        let server = try SpawnedServer.secure(watching, settings: ["user: nobody"], in: directory)
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        try put("renewed", into: directory)
        chmod("\(directory.path)/current.key", 0o600)
        try server.waitForLines("event=certificates_reloaded")
        #expect(try serial(server) == serial(ofFile: "renewed"))
        server.expectUnharmed()
    }
}
