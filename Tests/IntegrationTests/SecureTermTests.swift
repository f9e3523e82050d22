import DroverTestSupport
import Glibc
import Testing

/// Certificates whose time is over, nearly over, or has not come: they are named, and keep no other client out.
@Suite struct SecureTermTests {
    private func file(_ name: String) -> String { Certificates.path(name) }

    private func pair(_ name: String) -> [String: String] {
        ["certfile": file("\(name).pem"), "keyfile": file("\(name).key")]
    }

    private func identity(_ name: String) -> [String] {
        ["-cert", file("\(name).pem"), "-key", file("\(name).key")]
    }

    private func checked(_ directory: TemporaryDirectory) throws -> Command.Outcome {
        try Command.run(
            ["sh", "-c", "cd '\(directory.path)' && exec '\(SpawnedServer.products)/drover-lab' check-config"])
    }

    /// A start, a look at the configuration and a reload, none of which fails over the one that is named.
    private func expectWarning(
        _ section: [String: String], _ warning: String, _ event: String,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let server = try SpawnedServer.secure(section)
        try server.waitForLines(event)
        #expect(server.lines(event).allSatisfy { $0.contains(" warning ") }, "\(server.log)", sourceLocation: place)
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"), sourceLocation: place)
        let outcome = try checked(server.directory)
        #expect(outcome.status == 0, "\(outcome.output)", sourceLocation: place)
        #expect(outcome.output.contains("warning: drover.yaml:"), "\(outcome.output)", sourceLocation: place)
        #expect(outcome.output.contains(warning), "\(outcome.output)", sourceLocation: place)
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded generation=2")
        try server.waitForLines(event, count: 2)
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"), sourceLocation: place)
        #expect(server.stop() == 0, sourceLocation: place)
    }

    @Test func authorityThatHasExpiredIsNamed() throws {
        try expectWarning(
            ["cert_reqs": "optional", "ca_certs": file("outdated-ca.pem")],
            "'\(file("outdated-ca.pem"))' has the authority 'CN=expired-ca', which has expired on 20",
            "event=certificate_expired kind=authority subject=\"CN=expired-ca\" file=\(file("outdated-ca.pem")) expired="
        )
    }

    @Test func certificateThatHasExpiredInAChainIsNamed() throws {
        try expectWarning(
            ["certfile": file("expired-chain.pem")],
            "'\(file("expired-chain.pem"))' has 'CN=localhost' in its chain, which has expired on 20",
            "event=certificate_expired kind=chain subject=\"CN=localhost\" file=\(file("expired-chain.pem")) expired=")
    }

    @Test func certificateThatSoonExpiresIsNamed() throws {
        try expectWarning(
            pair("soon"), "'\(file("soon.pem"))' expires on 20",
            "event=certificate_expiring kind=own subject=\"CN=localhost\"")
        // The day that has begun counts too.
        let directory = TemporaryDirectory()
        directory.write("drover.yaml", SpawnedServer.secureConfiguration(pair("soon")))
        #expect(try checked(directory).output.contains(", in 10 days\n"))
    }

    /// An authority's clients come in by its new certificate, whichever of the two stands first.
    @Test(arguments: ["old-and-new-ca.pem", "new-and-old-ca.pem"], ["-tls1_2", "-tls1_3"])
    func renewedAuthorityCountsBesideTheOldOne(_ bundle: String, _ version: String) throws {
        let server = try SpawnedServer.secure(["cert_reqs": "required", "ca_certs": file(bundle)])
        let output = try server.client([version] + identity("heir")).output
        #expect(output.contains("HTTP/1.1 200 OK") && output.contains("\"verification\":\"ok\""), "\(output)")
        #expect(!(try server.client([version] + identity("alice")).output.contains("HTTP/1.1 200 OK")))
        server.expectUnharmed()
    }

    /// An authority that has expired lets no client in, however many stand beside it.
    @Test func authorityThatHasExpiredLetsNobodyIn() throws {
        let server = try SpawnedServer.secure(
            ["cert_reqs": "required", "ca_certs": file("outdated-ca.pem")], settings: ["loglevel: debug"])
        #expect(!(try server.client(identity("heir")).output.contains("HTTP/1.1 200 OK")))
        try server.waitForLines("certificate has expired")
        #expect(try server.client(identity("alice")).output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }

    /// The server's own certificate: better than no server, and worse than the certificate that it has.
    @Test(arguments: [
        ("expired", "event=certificate_expired kind=own", "has expired on 20"),
        ("future", "event=certificate_not_valid_yet kind=own", "is not valid before 20"),
    ])
    func ownCertificateKeepsNoServerFromStarting(_ name: String, _ event: String, _ fault: String) throws {
        let server = try SpawnedServer.secure(pair(name))
        try server.waitForLines(event)
        #expect(server.lines(event)[0].contains(" warning "))
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        let outcome = try checked(server.directory)
        #expect(outcome.status == 0 && outcome.output.contains(fault), "\(outcome.output)")
        #expect(outcome.output.contains("clients refuse it, and so does a reload"), "\(outcome.output)")
        server.expectUnharmed()
        let running = try SpawnedServer.secure(flags: ["--pid", "lab.pid"])
        running.directory.write("drover.yaml", SpawnedServer.secureConfiguration(pair(name)))
        running.signal(SIGHUP)
        try running.waitForLines("event=reload_failed")
        #expect(running.lines("event=reload_failed")[0].contains(fault), "\(running.log)")
        // An upgrade has an elder that serves on as well.
        running.signal(SIGUSR2)
        try running.waitForLines("event=upgrade_failed")
        #expect(running.log.contains("'\(file("\(name).pem"))' \(fault)"), "\(running.log)")
        #expect(try running.client().output.contains("HTTP/1.1 200 OK"))
        #expect(running.lines("event=worker_exited").isEmpty)
        #expect(running.stop() == 0)
    }

    /// A server that runs for long says so itself, without a question from the operator.
    @Test func runningServerSaysWhenACertificateExpires() throws {
        let directory = TemporaryDirectory()
        let made = try Command.run([
            "sh", "-c",
            """
            cd '\(directory.path)' && : > index && echo 4711 > serial && cat > config <<END
            [ca]
            default_ca = brief
            [brief]
            database = index
            serial = serial
            new_certs_dir = .
            default_md = sha256
            policy = anything
            [anything]
            commonName = supplied
            END
            openssl req -new -key '\(file("server.key"))' -subj /CN=brief -out csr &&
            openssl ca -batch -notext -config config -cert '\(file("ca.pem"))' -keyfile '\(file("ca.key"))' -in csr \\
                -out brief.pem -startdate $(date -u -d '-1 hour' +%y%m%d%H%M%SZ) \\
                -enddate $(date -u -d '+10 seconds' +%y%m%d%H%M%SZ)
            """,
        ])
        #expect(made.status == 0, "\(made.output)")
        let server = try SpawnedServer.secure(
            ["certfile": "brief.pem", "keyfile": Certificates.path("server.key")], in: directory)
        try server.waitForLines("event=certificate_expiring kind=own subject=\"CN=brief\" file=brief.pem expires=")
        #expect(server.lines("event=certificate_expiring")[0].contains(" days=1 listener=127.0.0.1:0"))
        try server.waitForLines("event=certificate_expired kind=own subject=\"CN=brief\" file=brief.pem expired=")
        #expect(server.lines("event=certificate_expir").count == 2)
        server.expectUnharmed()
    }

    /// Files that change while the server runs follow the rules of a reload.
    @Test func watchKeepsACertificateThatCountsAndTakesABundleWithOneThatDoesNot() throws {
        let directory = TemporaryDirectory()
        func put(_ name: String, as target: String) {
            directory.write("new", TemporaryDirectory.content(of: file(name)) ?? "")
            rename("\(directory.path)/new", "\(directory.path)/\(target)")
        }
        put("both.pem", as: "own.pem")
        put("ca.pem", as: "bundle.pem")
        let server = try SpawnedServer.secure(
            ["certfile": "own.pem", "keyfile": "", "cert_reqs": "optional", "ca_certs": "bundle.pem", "watch": "true"],
            in: directory)
        put("outdated-ca.pem", as: "bundle.pem")
        try server.waitForLines("event=certificates_reloaded")
        try server.waitForLines("event=certificate_expired kind=authority subject=\"CN=expired-ca\" file=bundle.pem")
        directory.write(
            "new", ["expired.pem", "expired.key"].map { TemporaryDirectory.content(of: file($0)) ?? "" }.joined())
        rename("\(directory.path)/new", "\(directory.path)/own.pem")
        try server.waitForLines("event=certificates_kept")
        #expect(server.lines("event=certificates_kept")[0].contains("'own.pem' has expired on 20"))
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        server.expectUnharmed()
    }
}
