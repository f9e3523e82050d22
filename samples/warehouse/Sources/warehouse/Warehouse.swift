import Drover
import DroverLineRPC

/// Something that lies in the warehouse.
struct Item: Codable, Sendable {
    let name: String
    let count: Int
}

/// Methods of JSON-RPC on a line each; `warehouse --bind 127.0.0.1:7000 --workers 2`.
@main
enum Warehouse {
    static let items = [Item(name: "bolt", count: 900), Item(name: "nut", count: 20)]

    static func main() {
        Server(
            .lineRPC { methods in
                methods.register("items") { items }
                methods.register("count", params: ["name"]) { (name: String) in
                    guard let item = items.first(where: { $0.name == name }) else { throw RPCError(1, "no \(name)") }
                    return item.count
                }
                // It waits, and calls that come meanwhile are answered meanwhile.
                methods.register("restock", deadline: .seconds(5)) { (name: String, days: Int?) async throws in
                    try await Task.sleep(for: .milliseconds(10 * (days ?? 1)))
                    return "\(name) in \(days ?? 1) days"
                }
                methods.register("watch") { (call: RPCCall, name: String) in
                    try call.peer.notify("low", name)
                    return true
                }
            }
        ).run()
    }
}
