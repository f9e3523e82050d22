import Drover

/// Handlers that have taken a connection over, each with its own way to wait.
enum LabTakeover {
    /// Sends back whatever comes, and says goodbye.
    @Sendable static func echo(_ connection: Connection) async throws {
        while let bytes = try await connection.read() { try await connection.write(bytes) }
        try await sayGoodbye(connection)
    }

    /// Sends back whole lines, and says goodbye.
    @Sendable static func lines(_ connection: Connection) async throws {
        while let line = try await connection.readLine() { try await connection.write("\(line)\n") }
        try await sayGoodbye(connection)
    }

    /// The same as `echo`, by events.
    @Sendable static func events(_ connection: Connection) async throws {
        while true {
            switch try await connection.nextEvent(limit: 65_536) {
            case .input: try await connection.write(connection.read() ?? [])
            case .nudge, .moment: break
            case .silence, .drain, .end: return try await sayGoodbye(connection)
            }
        }
    }

    /// Sends back whatever comes, and ends with its peer only.
    @Sendable static func stays(_ connection: Connection) async throws {
        while !connection.peerEnded {
            if let bytes = try await connection.read() { try await connection.write(bytes) }
        }
    }

    /// What a WebSocket's handler says in a close frame.
    private static func sayGoodbye(_ connection: Connection) async throws {
        if connection.peerEnded { return }
        try await connection.write(connection.isDraining ? "going away\n" : "silent\n")
    }
}
