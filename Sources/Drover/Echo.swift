public import DroverCore

/// Sends back what it receives, RFC 862: the smallest protocol there is, and a way to try a server without any other.
public struct Echo: ServerProtocol {
    /// The protocol; it has no settings.
    public init() {}

    /// Writes what it reads, until the client ends.
    public func serve(_ connection: Connection) async throws {
        while let bytes = try await connection.read() { try await connection.write(bytes) }
    }
}

extension Plugin {
    /// The protocol `echo`.
    public static var echo: Plugin {
        .serving("echo", summary: "sends back what it receives (RFC 862)") { Echo() }
    }

    /// A protocol of the user's own, which needs neither application nor settings.
    public static func serving(
        _ name: String, summary: String = "", _ make: @escaping @Sendable () throws -> any ServerProtocol
    ) -> Plugin {
        Plugin(name, protocols: [ProtocolDefinition(name, summary: summary) { _ in try make() }])
    }
}
