import Drover
import Logging

extension Plugin {
    /// The protocol `endings`, which says in the log how each connection has ended.
    static var labEndings: Plugin {
        Plugin(
            "lab-endings",
            protocols: [
                ProtocolDefinition("endings", summary: "says how its connections end") { LabEndings(logger: $0.logger) }
            ])
    }
}

private struct LabEndings: ServerProtocol {
    let logger: Logger

    func serve(_ connection: Connection) async throws {
        var count = 0
        while let bytes = try await connection.read() { count += bytes.count }
        logger.info("connection ended bytes=\(count) ended_early=\(connection.endedEarly)")
    }
}
