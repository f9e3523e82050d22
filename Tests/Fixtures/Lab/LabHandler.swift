import Drover
import DroverHTTP
import DroverLineRPCClient

/// The laboratory's application: each path is an experiment.
struct LabHandler: HTTPHandler {
    private static let mostBytes = 1 << 30

    let worker: WorkerIdentity
    let shared: LabPreload

    func respond(to request: Request) async throws -> Response {
        switch request.path {
        case "/":
            return .text("Hello, World!", contentType: "text/plain")
        case "/sleep":
            let time = try number("ms", in: request)
            try await Task.sleep(for: .milliseconds(time))
            return .text("slept \(time) ms\n")
        case "/block":
            let time = try number("ms", in: request)
            block(milliseconds: UInt32(clamping: time))
            return .text("blocked \(time) ms\n")
        case "/work":
            // Blocks its thread, and looks now and then whether anybody still waits for it.
            let time = try number("ms", in: request)
            for _ in 0..<time / 10 {
                try Task.checkCancellation()
                block(milliseconds: 10)
            }
            return .text("worked \(time) ms\n")
        case "/grow":
            let count = try number("mb", in: request)
            LabMemory.grow(by: count << 20)
            return .text("grown by \(count) MiB\n")
        case "/hang":
            hangForever()
        case "/crash":
            fatalError("/crash was asked for")
        case "/fail":
            throw LabError(description: "/fail was asked for")
        case "/pid":
            return .text("\(worker.pid)", contentType: "text/plain")
        case "/loader":
            return .text("\(shared.loader)", contentType: "text/plain")
        case "/bytes":
            let count = try number("n", in: request)
            guard count <= Self.mostBytes else { throw HTTPError(.badRequest, "n is at most \(Self.mostBytes)\n") }
            return .bytes([UInt8](repeating: UInt8(ascii: "x"), count: count))
        case "/upload":
            var count = 0
            for try await piece in request.body { count += piece.count }
            return .text("\(count)", contentType: "text/plain")
        case "/fetch":
            guard let streams = StreamLoop.current else { throw LabError(description: "this is no worker") }
            let patience = Duration.milliseconds(try number("ms", in: request))
            let stream = try await streams.connect(
                to: "127.0.0.1:\(number("port", in: request))", limits: StreamLimits(read: patience))
            return .text(try await stream.readLine() ?? "", contentType: "text/plain")
        case "/ask":
            let client = try await RPCClient(connectingTo: "127.0.0.1:\(number("port", in: request))")
            defer { client.close() }
            let sum: Int = try await client.call("sum", number("a", in: request), number("b", in: request))
            return .text("\(sum)", contentType: "text/plain")
        case let path where path.hasPrefix("/message/"):
            guard let response = try await message(path.dropFirst(9), request) else { fallthrough }
            return response
        default:
            throw HTTPError(.notFound, "no such experiment\n")
        }
    }

    /// A parameter that is a number, 0 or more.
    private func number(_ name: String, in request: Request) throws(HTTPError) -> Int {
        guard let number = request.queryValue(name).flatMap({ Int($0) }), number >= 0 else {
            throw HTTPError(.badRequest, "the query needs \(name)=NUMBER\n")
        }
        return number
    }
}
