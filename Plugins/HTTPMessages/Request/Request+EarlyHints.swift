import DroverBytes
import DroverCore

extension Request {
    /// Tells the peer what it will need, before the response is there: 103, RFC 8297.
    ///
    /// Most often the fields are `Link: </style.css>; rel=preload; as=style`. HTTP/1.0 peers and gateways get nothing,
    /// nor does any peer once the reply has begun. One task at a time calls it, and none while another reads the body.
    ///
    /// - Throws: An error for fields that cannot be sent, `RequestBodyError.inUse` while another task reads the body, and
    ///   `ConnectionError` when the connection fails.
    public func sendEarlyHints(_ fields: HeaderFields) async throws {
        // A gateway would take them for the response.
        guard version == .http11, !storage.head.facts.contains(.relayed) else { return }
        if let fault = ResponseFault.first(in: fields) { throw fault }
        _ = try await storage.access.use { exchange in try await exchange.sendHints(fields) }
    }

    /// The protocols that the peer would rather speak, as Upgrade names them; none if it does not ask for any.
    public var upgrades: [String] {
        guard version == .http11, storage.head.facts.contains(.upgrades) else { return [] }
        return headerValues("upgrade").flatMap { value in
            value.split(separator: ",").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
        }
    }
}
