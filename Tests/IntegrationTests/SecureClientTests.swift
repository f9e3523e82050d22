import DroverCore
import DroverSystem
import DroverTLS
import DroverTestSupport
import Testing

/// The client's end of TLS, against this server and against OpenSSL's own.
@Suite struct SecureClientTests {
    private var settings: TLSClientSettings {
        var settings = TLSClientSettings()
        settings.authorities = .file(Certificates.path("ca.pem"))
        return settings
    }

    private func handshakeFailure(_ settings: TLSClientSettings, _ port: UInt16, as name: String) throws -> String {
        let client = try SessionClient(TLSClientTransport(settings), port: port, name: name)
        do {
            _ = try client.shakeHands()
        } catch {
            return "\(error)"
        }
        return "none"
    }

    // MARK: This server

    @Test func requestIsAnsweredAndTheEndIsOrderly() throws {
        let server = try SpawnedServer.secure()
        var settings = settings
        settings.protocolNames = ["h9", "http/1.1"]
        let client = try SessionClient(TLSClientTransport(settings), port: server.port, name: "localhost")
        let handshake = try client.shakeHands()
        #expect(handshake.isEncrypted && handshake.negotiatedProtocol == "http/1.1")
        let security = try #require(client.session.security)
        #expect(security.version == "TLSv1.3" && security.serverName == "localhost" && !security.isResumed)
        #expect(security.peer?.verification == "ok" && security.peer?.subject == "CN=localhost")
        let reply = try client.ask("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(!client.session.inputNotes.contains(.endedEarly), "the server has said that it is over")
        #expect(client.session.farewell() == .complete)
    }

    @Test func addressIsVerifiedAndNotAskedFor() throws {
        let server = try SpawnedServer.secure()
        let client = try SessionClient(TLSClientTransport(settings), port: server.port, name: "127.0.0.1")
        _ = try client.shakeHands()
        #expect(client.session.security?.serverName == nil)
    }

    @Test func wrongServersAreRefused() throws {
        let server = try SpawnedServer.secure()
        let failed = "certificate verify failed"
        #expect(try handshakeFailure(settings, server.port, as: "other.example") == "\(failed): hostname mismatch")
        #expect(try handshakeFailure(settings, server.port, as: "127.0.0.2") == "\(failed): IP address mismatch")
        #expect(
            try handshakeFailure(settings, server.port, as: "")
                == "the server has no name that its certificate could have")
        #expect(
            try handshakeFailure(settings, server.port, as: "localhost\0.example")
                == "the server's name has a zero byte")
        var strange = settings
        strange.authorities = .file(Certificates.path("stranger.pem"))
        #expect(try handshakeFailure(strange, server.port, as: "localhost").hasPrefix("\(failed): unable to get"))
        strange.authorities = .system
        #expect(try handshakeFailure(strange, server.port, as: "localhost").hasPrefix("\(failed): unable to get"))
        strange.verifiesServer = false
        #expect(try handshakeFailure(strange, server.port, as: "other.example") == "none")
        // Another name than that which is connected to.
        var named = settings
        named.serverName = "test.example"
        #expect(try handshakeFailure(named, server.port, as: "10.0.0.1") == "none")
    }

    @Test func certificateIsShownWhereItIsAskedFor() throws {
        let server = try SpawnedServer.secure(["cert_reqs": "required", "ca_certs": Certificates.path("ca.pem")])
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let bare = try SessionClient(TLSClientTransport(settings), port: server.port, name: "localhost")
        _ = try bare.shakeHands()
        #expect(try bare.ask(request) == "", "with TLS 1.3 the refusal comes after the handshake")
        #expect(bare.session.failure == "the peer says: certificate required")
        var settings = settings
        settings.identity = .init(
            certificateFile: Certificates.path("alice.pem"), keyFile: Certificates.path("alice.key"))
        let alice = try SessionClient(TLSClientTransport(settings), port: server.port, name: "localhost")
        _ = try alice.shakeHands()
        #expect(try alice.ask(request).contains("CN=Alice"))
    }

    // MARK: Mistakes

    @Test func mistakesNameTheSettingAndTheFile() throws {
        func mistake(_ change: (inout TLSClientSettings) -> Void) -> String {
            var settings = settings
            change(&settings)
            do { _ = try TLSClientTransport(settings) } catch { return "\(error)" }
            return "none"
        }
        let key = Certificates.path("server.key")
        #expect(
            mistake { $0.authorities = .file("/nowhere.pem") }
                == "'authorities' names '/nowhere.pem', which cannot be read: No such file or directory")
        #expect(mistake { $0.authorities = .file(key) } == "'authorities' '\(key)' holds no certificate in PEM")
        #expect(
            mistake { $0.identity = .init(certificateFile: Certificates.path("alice.pem"), keyFile: key) }
                .hasPrefix("'keyFile' '\(key)' is not the key of the certificate"))
        #expect(
            mistake { $0.protocolNames = ["h2", ""] } == "'protocolNames' must be names of 1 to 255 bytes, not ''")
    }

    // MARK: Others

    /// The port in s_server's line `ACCEPT 127.0.0.1:40001`.
    private static func announcedPort(_ server: SpawnedServer) throws -> UInt16 {
        func port() -> UInt16? {
            server.output.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }?.split(separator: ":").last
                .flatMap { UInt16($0) }
        }
        eventually { port() != nil }
        return try #require(port())
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func opensslsServerAnswers(version: String) throws {
        let server = SpawnedServer(
            path: "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:0", "-cert", Certificates.path("server.pem"), "-key",
                Certificates.path("server.key"), version, "-alpn", "lines", "-rev", "-naccept", "1",
            ])
        var settings = settings
        settings.protocolNames = ["lines"]
        let client = try SessionClient(
            TLSClientTransport(settings), port: try Self.announcedPort(server), name: "test.example")
        let handshake = try client.shakeHands()
        #expect(handshake.negotiatedProtocol == "lines")
        #expect(client.session.security?.version == (version == "-tls1_2" ? "TLSv1.2" : "TLSv1.3"))
        try client.send("stressed\n")
        #expect(try client.receive { $0.hasSuffix("\n") } == "desserts\n")
        #expect(client.session.farewell() == .complete)
    }

    @Test func serverOfAnotherLanguageIsToldApart() throws {
        let listener = try TCPListener()
        let client = try SessionClient(TLSClientTransport(settings), port: listener.port, name: "localhost")
        let server = try TCPClient(accepting: listener)
        try server.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        let stranger = #expect(throws: SessionClient.Stranger.self) { try client.shakeHands() }?.peer
        #expect(stranger?.reason == "the peer does not speak TLS")
        #expect(stranger.map { String(decoding: $0.beginning, as: UTF8.self) } == "HTTP/1.")
    }

    @Test func plainClientNeedsNoHandshake() throws {
        let server = try SpawnedServer.drover(workers: 1, ["--protocol", "echo"])
        let client = try SessionClient(PlainTransport(), port: server.port, name: "localhost")
        #expect(try client.shakeHands() == Handshake())
        try client.send("echo\n")
        #expect(try client.receive { $0 == "echo\n" } == "echo\n")
    }
}
