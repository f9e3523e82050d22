import Drover

/// Sends back what it receives.
struct Mirror: ServerProtocol {
    func serve(_ connection: Connection) async throws {
        while let bytes = try await connection.read() { try await connection.write(bytes) }
    }
}

@main
enum Main {
    static func main() {
        Server(.serving("mirror", summary: "sends back what it receives") { Mirror() }).run()
    }
}
