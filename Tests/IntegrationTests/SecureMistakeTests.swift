import DroverTestSupport
import Testing

/// Configurations that are wrong: each is one line with its place and its reason, at the start, at `check-config` and at a
/// reload, which then changes nothing.
@Suite struct SecureMistakeTests {
    /// A wrong section and what is said about it.
    struct Case: CustomStringConvertible, Sendable {
        let settings: [String: String]
        let message: String
        var description: String { "\(settings)" }

        init(_ settings: [String: String], _ message: String) {
            self.settings = settings
            self.message = message
        }
    }

    private static func file(_ name: String) -> String { Certificates.path(name) }

    private static func pair(_ settings: String) -> [String: String] {
        ["certificates": "[{ \(settings) }]"]
    }

    static let cases = [
        Case(["certfile": "", "keyfile": ""], "'tls' needs a 'certfile'"),
        Case(["certfile": ""], "'keyfile' has no effect without a 'certfile'"),
        Case(
            ["certfile": "nowhere.pem"],
            "'certfile' names 'nowhere.pem', which cannot be read: No such file or directory"),
        Case(["certfile": "/"], "'certfile' names '/', which cannot be read: Is a directory"),
        Case(["certfile": file("password")], "holds no certificate in PEM"),
        Case(["certfile": file("server.key")], "holds no certificate in PEM"),
        Case(["certfile": file("ocsp.der")], "holds no certificate in PEM"),
        Case(["certfile": "/dev/null"], "'certfile' names '/dev/null', which cannot be read"),
        Case(
            ["keyfile": "nowhere.key"], "'keyfile' names 'nowhere.key', which cannot be read: No such file or directory"
        ),
        Case(["keyfile": ""], "'certfile' '\(file("server.pem"))' holds no private key in PEM"),
        Case(["keyfile": file("server.pem")], "holds no private key in PEM"),
        Case(["keyfile": file("rsa.key")], "is not the key of the certificate '\(file("server.pem"))'"),
        Case(["keyfile": file("other.key")], "is not the key of the certificate"),
        Case(["keyfile": file("locked.key")], "has a passphrase: name a file with it in 'key_password_file'"),
        Case(
            ["keyfile": file("locked.key"), "key_password_file": file("wrong-password")],
            "'key_password_file' '\(file("wrong-password"))' has a passphrase that is not the one of"),
        Case(
            ["keyfile": file("locked.key"), "key_password_file": "nowhere"],
            "'key_password_file' names 'nowhere', which"),
        Case(["minimum_version": "1.1"], "unknown version '1.1'; did you mean '1.2'?"),
        Case(
            ["minimum_version": "1.3", "maximum_version": "1.2"],
            "'minimum_version' is newer than the 'maximum_version'"),
        Case(
            ["ciphers": "ECDHE-RSA-AES128-GCM-SHA256:ROT13"],
            "'ciphers' has 'ROT13', which is no cipher that OpenSSL knows"),
        Case(["ciphers": "ALL:!ALL"], "'ciphers' leaves no cipher"),
        Case(["ciphersuites": "TLS_ROT13"], "'ciphersuites' has the unknown cipher 'TLS_ROT13'"),
        Case(["groups": "X25519:P-256:X25519"], "'groups' has 'X25519' twice"),
        Case(["groups": "P-256:X25519:prime256v1"], "'groups' has 'P-256' and 'prime256v1', which are one group"),
        Case(
            ["maximum_version": "1.2", "ciphersuites": "TLS_AES_128_GCM_SHA256"],
            "'ciphersuites' has no effect: it is for TLS 1.3, and the 'maximum_version' is older"),
        Case(
            ["maximum_version": "1.2", "early_data": "1k"],
            "'early_data' has no effect: it is for TLS 1.3, and the 'maximum_version' is older"),
        Case(["session_lifetime": "0"], "'session_lifetime' must be at least 1 s; to switch resumption off there is"),
        Case(["session_lifetime": "900ms"], "'session_lifetime' must be at least 1 s"),
        Case(["groups": "X25519:P-255"], "'groups' has 'P-255', which is no group that OpenSSL knows"),
        Case(["cert_reqs": "perhaps"], "unknown requirement 'perhaps' (there are: none, optional, required)"),
        Case(["cert_reqs": "required"], "'cert_reqs' is 'required', but 'ca_certs' does not say"),
        Case(["cert_reqs": "required", "ca_certs": "nowhere"], "'ca_certs' names 'nowhere', which cannot be read"),
        Case(["cert_reqs": "optional", "ca_certs": file("server.key")], "'ca_certs' '\(file("server.key"))' holds no"),
        Case(["crl_file": file("crl.pem")], "'crl_file' has no effect"),
        Case(
            ["cert_reqs": "required", "ca_certs": file("ca.pem"), "crl_file": file("ca.pem")],
            "'crl_file' '\(file("ca.pem"))' holds no list of revocations in PEM"),
        Case(
            ["cert_reqs": "required", "ca_certs": file("ca.pem"), "crl_file": file("damaged-crl.pem")],
            "'crl_file' '\(file("damaged-crl.pem"))' is damaged: list of revocations 2 in it cannot be read ("),
        Case(
            ["cert_reqs": "required", "ca_certs": file("damaged-ca.pem")],
            "'ca_certs' '\(file("damaged-ca.pem"))' is damaged: certificate 2 in it cannot be read ("),
        Case(
            ["certfile": file("damaged-chain.pem")],
            "'certfile' '\(file("damaged-chain.pem"))' is damaged: certificate 2 in it cannot be read ("),
        Case(
            ["cert_reqs": "required", "ca_certs": file("ca.pem"), "crl_file": file("stale-crl.pem")],
            "'crl_file' '\(file("stale-crl.pem"))' has expired on 20"),
        Case(
            ["cert_reqs": "required", "ca_certs": file("ca.pem"), "crl_file": file("future-crl.pem")],
            "'crl_file' '\(file("future-crl.pem"))' is not valid before 20"),
        Case(
            ["cert_reqs": "required", "ca_certs": file("expired-ca.pem")],
            "'ca_certs' '\(file("expired-ca.pem"))' has no authority that counts now: 'CN=expired-ca' has expired on 20"
        ),
        Case(
            ["cert_reqs": "required", "ca_certs": file("misspelt-ca.pem")],
            "begins 'CERTIFCATE', which is nothing that there is in PEM"),
        Case(
            ["cert_reqs": "required", "ca_certs": file("ca.pem"), "crl_file": file("misspelt-crl.pem")],
            ", '----BEGIN X509 CRL-----', is no beginning and no end of a block"),
        Case(["certfile": file("headless-chain.pem")], "ends 'CERTIFICATE', which no line before it begins"),
        Case(["certfile": file("endless-chain.pem")], "begins has no end"),
        Case(["keyfile": file("misspelt.key")], "'keyfile' '\(file("misspelt.key"))' is damaged: line 1, '-----BEGN"),
        Case(["ocsp_staple_file": file("ca.pem")], "is no OCSP response in DER"),
        Case(
            ["certfile": file("other.pem"), "keyfile": file("other.key"), "ocsp_staple_file": file("ocsp.der")],
            "'ocsp_staple_file' '\(file("ocsp.der"))' is an OCSP response about another certificate than '"),
        Case(["ocsp_staple_file": "nowhere"], "'ocsp_staple_file' names 'nowhere'"),
        Case(["alpn": "['']"], "'alpn' must be names of 1 to 255 bytes"),
        Case(["early_data": "16k", "session_tickets": "false"], "'early_data' needs 'session_tickets'"),
        Case(["session_tickets": "sometimes"], "'session_tickets' must be true or false"),
        Case(["certificates": "all"], "'certificates' must be a mapping"),
        Case(pair("certfile: nowhere.pem"), "'certfile' names 'nowhere.pem', which cannot be read"),
        Case(pair("keyfile: \(file("rsa.key"))"), "the setting 'certfile' is missing"),
        Case(pair("certfile: \(file("rsa.pem")), keyfile: \(file("server.key"))"), "is not the key of the certificate"),
        Case(
            pair("certfile: \(file("nameless-rsa.pem")), keyfile: \(file("nameless-rsa.key"))"),
            "'certfile' '\(file("nameless-rsa.pem"))' states no name, so that no client could get it"),
        Case(
            ["certfile": file("nameless.pem"), "keyfile": file("nameless.key")].merging(
                pair("certfile: \(file("nameless-other.pem")), keyfile: \(file("nameless-other.key"))")
            ) { $1 },
            "'certfile' '\(file("nameless-other.pem"))' states no name, so that no client could get it"),
        Case(
            pair("certfile: \(file("renewed.pem")), keyfile: \(file("renewed.key"))"),
            "'certfile' '\(file("renewed.pem"))' is for no client: others before it have its names and its kind of key"
        ),
        Case(
            pair("certfile: \(file("other.pem")), keyfile: \(file("other.key")), names: []"),
            "'certfile' '\(file("other.pem"))' states no name"),
        Case(pair("certificate: x"), "'certificates' has the unknown setting 'certificate'"),
        Case(pair("names: ['*'], certfile: x"), "'names' has '*', which is no name"),
        Case(pair("names: [under/score], certfile: x"), "'names' has 'under/score', which is no name"),
        Case(["certfle": "x"], "did you mean 'certfile'?"),
    ]

    @Test(arguments: cases) func mistakeIsReportedWithItsPlace(_ given: Case) throws {
        let directory = TemporaryDirectory()
        let server = SpawnedServer.secureStart(given.settings, in: directory)
        #expect(server.waitForExit() == 1, "\(server.log)")
        #expect(server.log.contains(given.message), "\(server.log)")
        #expect(server.log.contains("drover.yaml:"), "\(server.log)")
        let checked = try Command.run(
            ["sh", "-c", "cd '\(directory.path)' && exec '\(SpawnedServer.products)/drover-lab' check-config"])
        #expect(checked.status == 1)
        #expect(checked.output.contains(given.message), "\(checked.output)")
    }

    @Test func everyMistakeIsReportedAtOnce() throws {
        let server = SpawnedServer.secureStart([
            "certfile": "nowhere.pem",
            "certificates": "[{ certfile: elsewhere.pem }, { certfile: \(Self.file("rsa.pem")) }]",
        ])
        #expect(server.waitForExit() == 1)
        for message in ["'nowhere.pem'", "'elsewhere.pem'", "holds no private key"] {
            #expect(server.log.contains(message), "\(server.log)")
        }
    }

    @Test func reloadWithMistakesChangesNothing() throws {
        let server = try SpawnedServer.secure()
        var count = 0
        for given in Self.cases.prefix(24) {
            server.directory.write("drover.yaml", SpawnedServer.secureConfiguration(given.settings))
            server.signal(1)
            count += 1
            try server.waitForLines("event=reload_failed", count: count)
            #expect(server.lines("event=reload_failed")[count - 1].contains(given.message), "\(given)")
        }
        #expect(try server.client().output.contains("HTTP/1.1 200 OK"))
        #expect(server.lines("event=worker_exited").isEmpty)
        #expect(server.stop() == 0)
    }
}
