import DogeRegistry
import Drover

@main
enum Main {
    static func main() {
        Server(.serving("echo") { EchoStandIn() }, .dogeRegistry).run()
    }
}

struct EchoStandIn: ServerProtocol {
    func serve(_ connection: Connection) async throws {
        while let bytes = try await connection.read() { try await connection.write(bytes) }
    }
}
