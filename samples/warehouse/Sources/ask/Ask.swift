import DroverLineRPCClient
import Glibc

/// Asks the warehouse; `ask 127.0.0.1:7000`.
@main
enum Ask {
    static func main() async {
        do {
            try await ask(CommandLine.arguments.dropFirst().first ?? "127.0.0.1:7000")
        } catch {
            let line = "ask: \(error)\n"
            write(2, line, line.utf8.count)
            exit(1)
        }
    }

    private static func ask(_ address: String) async throws {
        let client = try await RPCClient(connectingTo: address)
        print("bolts:", try await client.call("count", "bolt", returning: Int.self))
        print("nuts:", try await client.call("count", named: ["name": "nut"], returning: Int.self))
        do {
            print("nails:", try await client.call("count", "nail", returning: Int.self))
        } catch let error as RPCError {
            print("nails:", error)
        }
        var batch = RPCBatch()
        try batch.call("restock", "bolt", 3)
        try batch.call("sum", 900, 20)
        for result in try await client.send(batch) { print("batch:", try result.get()) }
        print("watching:", try await client.call("watch", "nut", returning: Bool.self))
        for await note in client.notifications {
            print("told:", note.method, note.params?.description ?? "")
            break
        }
    }
}
