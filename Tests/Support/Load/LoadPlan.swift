/// What a load of requests is to be.
public struct LoadPlan: Sendable {
    /// One thing to ask for, and what the reply's body has to be.
    public struct Target: Sendable {
        let path: String
        let body: [UInt8]

        /// A path with its reply.
        public init(_ path: String, replies body: String) {
            self.path = path
            self.body = Array(body.utf8)
        }

        func request(closing: Bool) -> [UInt8] {
            Array("GET \(path) HTTP/1.1\r\nHost: load\r\n\(closing ? "Connection: close\r\n" : "")\r\n".utf8)
        }
    }

    /// Where to.
    public var port: UInt16
    /// How many requests a second are begun, whatever became of the earlier ones.
    public var rate: Double
    /// How many clients keep their connection.
    ///
    /// Every other request comes on a connection of its own.
    public var keptConnections = 24
    /// What is asked for, in turn.
    public var targets = [
        Target("/", replies: "Hello, World!"), Target("/", replies: "Hello, World!"),
        Target("/", replies: "Hello, World!"), Target("/sleep?ms=20", replies: "slept 20 ms\n"),
    ]
    /// Seconds until a client gives up.
    public var patience = 10.0
    /// With so many requests under way no other is begun.
    public var mostAtOnce = 200

    /// A load for a port of the loopback; three of four requests are answered at once, one takes 20 ms.
    public init(port: UInt16, rate: Double = 1_000) {
        self.port = port
        self.rate = rate
    }
}
