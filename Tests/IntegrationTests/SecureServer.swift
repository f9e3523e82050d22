import DroverTestSupport
import Testing

extension SpawnedServer {
    /// A lab that speaks TLS on a free port, ready to serve.
    ///
    /// - Parameters:
    ///   - section: The `tls:` section, on top of a certificate that is right; an empty text takes one out.
    ///   - listener: What the listener has beside its address.
    ///   - settings: Lines at the top of the file.
    ///   - workers: How many workers.
    ///   - arguments: Flags.
    ///   - directory: Where it runs.
    /// - Returns: The server.
    /// - Throws: `Missing` when it does not come up.
    static func secure(
        _ section: [String: String] = [:], listener: [String: String] = [:], settings: [String] = [], workers: Int = 1,
        flags arguments: [String] = [], in directory: TemporaryDirectory = TemporaryDirectory()
    ) throws -> SpawnedServer {
        let server = secureStart(
            section, listener: listener, settings: settings, workers: workers, flags: arguments, in: directory)
        try server.waitUntilReady(workers: workers)
        return server
    }

    /// The same, which need not come up.
    static func secureStart(
        _ section: [String: String] = [:], listener: [String: String] = [:], settings: [String] = [], workers: Int = 1,
        flags arguments: [String] = [], in directory: TemporaryDirectory = TemporaryDirectory()
    ) -> SpawnedServer {
        directory.write("drover.yaml", secureConfiguration(section, listener: listener, settings: settings))
        return SpawnedServer("drover-lab", ["--workers", "\(workers)"] + arguments, in: directory)
    }

    /// What stands in its drover.yaml; the `tls:` section has a line a setting, from the third line from the end on.
    static func secureConfiguration(
        _ section: [String: String] = [:], listener: [String: String] = [:], settings: [String] = []
    ) -> String {
        let standard = ["certfile": Certificates.path("server.pem"), "keyfile": Certificates.path("server.key")]
        let address = ["bind": "\"127.0.0.1:0\"", "transport": "tls", "protocol": "http", "app": "inspect"]
        func entries(_ pairs: [String: String]) -> [String] {
            pairs.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        }
        let listening = entries(address.merging(listener) { $1 }).joined(separator: ", ")
        let secrets = entries(standard.merging(section) { $1 }).map { "  \($0)\n" }.joined()
        return settings.map { "\($0)\n" }.joined() + "listeners:\n  - { \(listening) }\ntls:\n\(secrets)"
    }

    /// `openssl s_client` that sends a request and reads to the end: what it says about the connection, and the reply.
    func client(
        _ arguments: [String] = [], request: String = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ) throws -> Command.Outcome {
        try Command.run(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", Certificates.path("ca.pem"),
                "-ign_eof",
            ] + arguments, input: request)
    }

    /// curl that trusts the authority and calls the server `localhost`.
    func curl(_ arguments: [String], path: String = "/") throws -> Curl.Outcome {
        try Curl.run(["--cacert", Certificates.path("ca.pem"), "https://localhost:\(port)\(path)"] + arguments)
    }
}
