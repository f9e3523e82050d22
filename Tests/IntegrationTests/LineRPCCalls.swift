import DroverTestSupport

extension SpawnedServer {
    /// A laboratory of methods, with flags and a `line_rpc` section.
    static func methods(
        _ workerClass: StockClass, workers: Int = 1, _ arguments: [String] = [], section: String? = nil
    ) throws -> SpawnedServer {
        let directory = TemporaryDirectory()
        var flags = ["--protocol", "line-rpc", "--app", "lab-methods"] + workerClass.flags + arguments
        if let section {
            directory.write("drover.yaml", "line_rpc: { \(section) }\n")
            flags += ["--config", "drover.yaml"]
        }
        let server = SpawnedServer(
            "drover-lab", ["--bind", "127.0.0.1:0", "--workers", "\(workers)"] + flags, in: directory)
        try server.waitUntilReady(workers: workers)
        return server
    }
}

/// A client that says exactly what it is told to, where time matters: nothing it waits for needs a task.
final class LineRPCCalls {
    let socket: TCPClient
    private var rest = ""

    init(_ server: SpawnedServer, receiveBuffer: Int32? = nil) throws {
        socket = try TCPClient(port: server.port, receiveBuffer: receiveBuffer)
    }

    /// Calls in one piece, each with its place as its id, from `first` on.
    func send(_ calls: [(method: String, params: String)], from first: Int = 0) throws {
        try socket.send(
            calls.enumerated().map {
                #"{"jsonrpc":"2.0","method":"\#($1.method)","params":\#($1.params),"id":\#(first + $0)}"# + "\n"
            }.joined())
    }

    /// The next message; nil at the end.
    func next() throws -> String? {
        while !rest.contains("\n") {
            let more = try socket.receive()
            if more.isEmpty { return nil }
            rest += String(decoding: more, as: UTF8.self)
        }
        let end = rest.firstIndex(of: "\n") ?? rest.endIndex
        defer { rest = String(rest[rest.index(after: end)...]) }
        return String(rest[..<end])
    }

    /// A reply with a result that is a text.
    static func reply(_ id: Int, _ text: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":"\#(text)"}"# }
}
