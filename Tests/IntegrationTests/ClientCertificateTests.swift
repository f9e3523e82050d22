import DroverTestSupport
import Glibc
import Testing

/// Clients that show who they are.
@Suite struct ClientCertificateTests {
    private func identity(_ name: String) -> [String] {
        ["-cert", Certificates.path("\(name).pem"), "-key", Certificates.path("\(name).key")]
    }

    private let rules = ["ca_certs": Certificates.path("ca.pem"), "crl_file": Certificates.path("crl.pem")]

    @Test(arguments: ["-tls1_2", "-tls1_3"], StockClass.allCases)
    func handlersSeeWhoItIs(_ version: String, _ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            rules.merging(["cert_reqs": "required"]) { $1 }, flags: workerClass.flags)
        let session = "\(server.directory.path)/session"
        for arguments in [["-sess_out", session], ["-sess_in", session]] {
            let output = try server.client([version] + identity("alice") + arguments).output
            #expect(
                output.contains(#""client":{"subject":"O=Sheep & Co,CN=Alice","issuer":"CN=ca","serial":"100"#),
                "\(output)")
            #expect(
                output.contains(
                    #""names":["email:alice@test.example","URI:spiffe://test.example/alice","DNS:alice.example"]"#))
            #expect(output.contains(#""verification":"ok"}"#))
            #expect(output.contains("\"resumed\":\(arguments[0] == "-sess_in")"), "\(output)")
        }
        server.expectUnharmed()
    }

    @Test(arguments: ["required", "optional"], ["-tls1_2", "-tls1_3"])
    func wrongOnesAreRefused(_ requirement: String, _ version: String) throws {
        let server = try SpawnedServer.secure(
            rules.merging(["cert_reqs": requirement]) { $1 }, settings: ["loglevel: debug"])
        let wrong = [
            "eve": "unable to get local issuer certificate", "late": "certificate has expired",
            "revoked": "certificate revoked", "server": "unsuitable certificate purpose",
        ]
        for (name, reason) in wrong {
            let output = try server.client([version] + identity(name)).output
            #expect(!output.contains("HTTP/1.1 200 OK"), "\(name): \(output)")
            #expect(eventually { server.log.contains(reason) }, "\(name): \(server.log)")
        }
        let bare = try server.client([version]).output
        #expect(bare.contains("HTTP/1.1 200 OK") == (requirement == "optional"), "\(bare)")
        if requirement == "optional" { #expect(bare.contains("\"client\":null")) }
        server.expectUnharmed()
    }

    /// Who was let in by other rules is not let in again by a ticket.
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func ticketsOfOtherRulesDoNotCount(_ version: String) throws {
        let server = try SpawnedServer.secure(settings: ["loglevel: debug"])
        let session = "\(server.directory.path)/session"
        _ = try server.client([version, "-sess_out", session])
        #expect(try server.client([version, "-sess_in", session]).output.contains("\"resumed\":true"))
        let yaml = SpawnedServer.secureConfiguration(
            rules.merging(["cert_reqs": "required"]) { $1 }, settings: ["loglevel: debug"])
        server.directory.write("drover.yaml", yaml)
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        // Without a certificate there is no way in, and with one it is a new session.
        let output = try server.client([version, "-sess_in", session]).output
        #expect(!output.contains("HTTP/1.1 200 OK"), "\(output)")
        try server.waitForLines("the handshake failed: peer did not return a certificate")
        let alice = try server.client([version, "-sess_in", session] + identity("alice")).output
        #expect(alice.contains("\"resumed\":false,\"client\":{\"subject\":\"O=Sheep & Co,CN=Alice\""), "\(alice)")
        // A session of hers goes on without her certificate being shown again, and she is known all the same.
        _ = try server.client([version, "-sess_out", session] + identity("alice"))
        let again = try server.client([version, "-sess_in", session]).output
        #expect(again.contains("\"resumed\":true,\"client\":{\"subject\":\"O=Sheep & Co,CN=Alice\""), "\(again)")
        #expect(server.stop() == 0)
    }

    @Test func withoutRulesNobodyIsAsked() throws {
        let server = try SpawnedServer.secure(["cert_reqs": "none"])
        let output = try server.client(identity("eve")).output
        #expect(
            output.contains("No client certificate CA names sent") && output.contains("\"client\":null"), "\(output)")
        server.expectUnharmed()
    }
}
