import Glibc

/// haproxy(1) in front of a server, which it tells of its clients in the PROXY protocol.
public final class HAProxy {
    /// Whether it is there.
    public static let isInstalled = access(program, X_OK) == 0
    private static let program = "/usr/sbin/haproxy"

    /// Its port of the loopback for clients that speak TLS, and for others.
    public let (securePort, plainPort): (UInt16, UInt16)
    private let process: SpawnedServer

    /// Starts one that sends everything to `port`; `options` stand behind the server's address, `directives` beside it.
    public init(to port: UInt16, _ options: String, directives: String = "") throws {
        let directory = TemporaryDirectory()
        // It inherits its sockets, so no other process can have their ports meanwhile.
        let sockets = [try TCPListener(), try TCPListener()]
        (securePort, plainPort) = (sockets[0].port, sockets[1].port)
        let configuration = """
            defaults
                mode http
                timeout client 20s
                timeout server 20s
                timeout connect 20s
            \(directives)
            frontend front
                bind fd@3 ssl crt \(Certificates.path("both.pem")) ca-file \(Certificates.path("ca.pem")) verify optional crt-ignore-err all alpn http/1.1
                bind fd@4
                default_backend back
            backend back
                server drover 127.0.0.1:\(port) \(options)

            """
        let path = directory.write("haproxy.cfg", configuration)
        process = SpawnedServer(
            path: Self.program, ["-db", "-f", path], in: directory, sockets: sockets.map(\.descriptor))
    }

    /// What it has complained of.
    public var log: String { process.log }

    /// Ends it.
    public func stop() -> Int32? {
        process.signal(SIGTERM)
        return process.waitForExit()
    }
}
