import DroverTestSupport
import Testing

/// Each setting of the section, by a client for whom it makes a difference.
@Suite struct SecureSettingsTests {
    /// A setting, what the client then says, and what comes of it.
    struct Case: CustomStringConvertible, Sendable {
        let settings: [String: String]
        let client: [String]
        /// What the client or the server says; nil when the handshake must fail.
        let expected: String?
        var description: String { "\(settings) \(client)" }

        init(_ settings: [String: String], _ client: [String], _ expected: String?) {
            self.settings = settings
            self.client = client
            self.expected = expected
        }
    }

    private static let strong = "ECDHE-ECDSA-AES256-GCM-SHA384"
    private static let weak = "ECDHE-ECDSA-AES128-GCM-SHA256"
    private static let rsa = ["certfile": Certificates.path("rsa.pem"), "keyfile": Certificates.path("rsa.key")]
    private static let more =
        "[{ certfile: \(Certificates.path("rsa.pem")), keyfile: \(Certificates.path("rsa.key")) }, "
        + "{ certfile: \(Certificates.path("other.pem")), keyfile: \(Certificates.path("other.key")) }, "
        + "{ names: [named.example, \"*.named.example\"], certfile: \(Certificates.path("wild.pem")), "
        + "keyfile: \(Certificates.path("wild.key")) }]"

    // Old ones, without a name but their subject's: one for each kind of key.
    private static let nameless = [
        "certfile": Certificates.path("nameless.pem"), "keyfile": Certificates.path("nameless.key"),
        "certificates":
            "[{ certfile: \(Certificates.path("nameless-rsa.pem")), keyfile: \(Certificates.path("nameless-rsa.key")) }]",
    ]

    static let cases = [
        Case([:], ["-tls1_2"], "\"version\":\"TLSv1.2\""),
        Case([:], ["-tls1_3"], "\"version\":\"TLSv1.3\""),
        Case(["minimum_version": "1.3"], ["-tls1_2"], nil),
        Case(["minimum_version": "1.3"], ["-tls1_3"], "HTTP/1.1 200"),
        Case(["maximum_version": "1.2"], ["-tls1_3"], nil),
        Case(["maximum_version": "1.2"], [], "\"version\":\"TLSv1.2\""),
        Case(["ciphers": strong], ["-tls1_2", "-cipher", weak], nil),
        Case(["ciphers": strong], ["-tls1_2"], "\"cipher\":\"\(strong)\""),
        Case(
            ["ciphers": "\(strong):\(weak)"], ["-tls1_2", "-cipher", "\(weak):\(strong)"],
            "\"cipher\":\"\(strong)\""),
        Case(
            ["ciphers": "\(weak):\(strong)"], ["-tls1_2", "-cipher", "\(strong):\(weak)"],
            "\"cipher\":\"\(weak)\""),
        Case(
            ["ciphersuites": "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"],
            ["-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"],
            "\"cipher\":\"TLS_CHACHA20_POLY1305_SHA256\""),
        Case([:], ["-tls1_2", "-cipher", "AES128-GCM-SHA256"], nil),
        Case(["ciphersuites": "TLS_CHACHA20_POLY1305_SHA256"], [], "\"cipher\":\"TLS_CHACHA20_POLY1305_SHA256\""),
        Case(
            ["ciphersuites": "TLS_CHACHA20_POLY1305_SHA256"], ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"],
            nil),
        Case(["groups": "P-384"], ["-groups", "X25519"], nil),
        Case(["groups": "P-384"], [], "ECDH, secp384r1, 384 bits"),
        Case([:], [], "X25519, 253 bits"),
        Case([:], ["-groups", "P-521"], nil),
        Case([:], ["-alpn", "h2,http/1.1"], "\"alpn\":\"http/1.1\""),
        Case([:], ["-alpn", "h2"], nil),
        Case(["alpn": "[first, second]"], ["-alpn", "second,first"], "\"alpn\":\"first\""),
        Case(["alpn": "[]"], ["-alpn", "h2"], "No ALPN negotiated"),
        Case(rsa, ["-tls1_2"], "\"cipher\":\"ECDHE-RSA-"),
        Case(
            ["certificates": more], ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], "Verify return code: 0 (ok)"),
        Case(["certificates": more], ["-tls1_2", "-cipher", weak], "Verify return code: 0 (ok)"),
        Case(["certificates": more], ["-servername", "OTHER.example."], "subject=CN = other.example"),
        Case(["certificates": more], ["-servername", "named.example"], "subject=CN = *.wild.example"),
        Case(["certificates": more], ["-servername", "x.named.example"], "subject=CN = *.wild.example"),
        Case(["certificates": more], ["-servername", "x.y.named.example"], "subject=CN = localhost"),
        Case(["certificates": more], ["-servername", "unknown.example"], "subject=CN = localhost"),
        Case(["certificates": more], ["-noservername"], "subject=CN = localhost"),
        Case(
            ["certfile": Certificates.path("both.pem"), "keyfile": ""], [], "Verify return code: 0 (ok)"),
        Case(["certfile": Certificates.path("chain.pem")], ["-showcerts"], "1 s:CN = ca"),
        Case(
            ["keyfile": Certificates.path("locked.key"), "key_password_file": Certificates.path("password")], [],
            "Verify return code: 0 (ok)"),
        Case(
            ["ocsp_staple_file": Certificates.path("ocsp.der")], ["-status"], "OCSP Response Status: successful (0x0)"),
        Case([:], ["-status"], "OCSP response: no response sent"),
        Case(
            ["cert_reqs": "optional", "ca_certs": Certificates.path("remarked-ca.pem")],
            ["-cert", Certificates.path("eve.pem"), "-key", Certificates.path("eve.key")], "\"subject\":\"CN=Eve\""),
        Case(nameless, ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], "subject=CN = localhost"),
        Case(nameless, ["-tls1_2", "-cipher", weak], "subject=CN = localhost"),
    ]

    @Test(arguments: cases) func settingCounts(_ given: Case) throws {
        let server = try SpawnedServer.secure(given.settings)
        let outcome = try server.client(given.client)
        if let expected = given.expected {
            #expect(outcome.output.contains(expected), "\(outcome.output)")
            #expect(outcome.output.contains("HTTP/1.1 200 OK"), "\(outcome.output)")
        } else {
            #expect(!outcome.output.contains("HTTP/1.1 200 OK"), "\(outcome.output)")
            #expect(outcome.output.contains("alert"), "\(outcome.output)")
        }
        server.expectUnharmed()
    }

    @Test func listenersHaveSectionsOfTheirOwn() throws {
        let own = "{ certfile: \(Certificates.path("rsa.pem")), keyfile: \(Certificates.path("rsa.key")) }"
        let server = try SpawnedServer.secure(["minimum_version": "1.2"], listener: ["tls": own])
        #expect(try server.client(["-tls1_2"]).output.contains("\"cipher\":\"ECDHE-RSA-"))
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func handshakeMustBeCompleteInTime(_ workerClass: StockClass) throws {
        for listener in [[:], ["handshake_timeout": "300ms"]] {
            let server = try SpawnedServer.secure(
                listener: listener,
                settings: ["handshake_timeout: \(listener.isEmpty ? "300ms" : "1h")", "loglevel: debug"],
                flags: workerClass.flags)
            let client = try TCPClient(port: server.port)
            try client.send([0x16, 3, 1])
            #expect(client.isEnded())
            try server.waitForLines("the handshake deadline passed")
            server.expectUnharmed()
        }
    }

    @Test(arguments: StockClass.allCases)
    func earlyDataIsRefusedUnlessItIsSwitchedOn(_ workerClass: StockClass) throws {
        let directory = TemporaryDirectory()
        let early = directory.write("early", "GET /early HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let unsafe = directory.write(
            "unsafe", "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        let session = "\(directory.path)/session"
        for isOn in [false, true] {
            let server = try SpawnedServer.secure(isOn ? ["early_data": "16k"] : [:], flags: workerClass.flags)
            _ = try server.client(["-tls1_3", "-sess_out", session])
            let first = try server.client(["-tls1_3", "-sess_in", session, "-early_data", early], request: "")
            #expect(first.output.contains(isOn ? "Early data was accepted" : "Early data was"), "\(first.output)")
            #expect(first.output.contains("\"target\":\"/early\"") == isOn, "\(first.output)")
            _ = try server.client(["-tls1_3", "-sess_out", session])
            let second = try server.client(["-tls1_3", "-sess_in", session, "-early_data", unsafe], request: "")
            #expect(second.output.contains("HTTP/1.1 425 Too Early") == isOn, "\(second.output)")
            #expect(!second.output.contains("HTTP/1.1 200"), "\(second.output)")
            server.expectUnharmed()
        }
    }
}
