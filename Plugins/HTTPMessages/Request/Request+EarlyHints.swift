import DroverBytes
import DroverCore

extension Request {
    /// Tells the peer what it will need, before the response is there: 103, RFC 8297.
    ///
    /// Most often the fields are `Link: </style.css>; rel=preload; as=style`. HTTP/1.0 peers and gateways get nothing, and so does
    /// everybody once the handler has returned. Call it from the task that the handler was called on.
    ///
    /// - Throws: An error for fields that cannot be sent, and `ConnectionError` when the connection fails.
    public func sendEarlyHints(_ fields: HeaderFields) async throws {
        // A gateway would take them for the response.
        guard version == .http11, !storage.head.facts.contains(.relayed), !storage.isAnswered,
            let connection = storage.connection
        else { return }
        if let fault = ResponseFault.first(in: fields) { throw fault }
        let size = fields.reduce(32) { $0 + $1.lineByteCount }
        connection.withOutput(reserving: size) { output in
            output.append("HTTP/1.1 103 Early Hints\r\n")
            for field in fields where !ReservedField.contains(field.name) { output.append(field) }
            output.append("\r\n")
        }
        try await connection.flush()
    }

    /// The protocols that the peer would rather speak, as Upgrade names them; none if it does not ask for any.
    public var upgrades: [String] {
        guard version == .http11, storage.head.facts.contains(.upgrades) else { return [] }
        return headerValues("upgrade").flatMap { value in
            value.split(separator: ",").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
        }
    }
}
