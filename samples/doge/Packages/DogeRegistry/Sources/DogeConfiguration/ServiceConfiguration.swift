/// What a server says about itself, `service:` of doge's file.
public struct ServiceConfiguration: Sendable, Equatable {
    /// The service's name.
    public var name: String
    /// The server's name, unique within the service.
    public var node: String
    /// Where clients reach it.
    public var host: String
    /// The port where clients reach it.
    public var port: Int
    /// How many connections it takes at a time, `limitConn`; nil is as many as the server's own limit.
    public var connectionLimit: Int?
    /// The names of the filters around its calls, outermost first.
    public var filters: [String]

    /// What a server says about itself.
    public init(
        name: String, node: String, host: String, port: Int, connectionLimit: Int? = nil, filters: [String] = []
    ) {
        self.name = name
        self.node = node
        self.host = host
        self.port = port
        self.connectionLimit = connectionLimit
        self.filters = filters
    }
}
