import Drover
import DroverHTTP

// Experiments with what HTTP can carry.
extension LabHandler {
    /// What `/message/…` does; nil for a path that is none of these.
    func message(_ name: Substring, _ request: Request) async throws -> Response? {
        switch name {
        case "stream": return try stream(request)
        case "broken-stream": return try brokenStream(request)
        case "hints":
            try await request.sendEarlyHints(["Link": "</style.css>; rel=preload; as=style"])
            return .text("hinted\n")
        case "echo":
            let body = try await request.body.collect(upTo: 1 << 20)
            let trailers = request.trailers
            return .stream(trailers: trailers.map(\.name)) { writer in
                try await writer.write(body)
                writer.trailers = trailers
            }
        case "upgrade": return .upgrade(to: "lab", LabTakeover.echo)
        case "upgrade-lines": return .upgrade(to: "lab", LabTakeover.lines)
        case "upgrade-events": return .upgrade(to: "lab", LabTakeover.events)
        case "upgrade-stays": return .upgrade(to: "lab", LabTakeover.stays)
        case "client":
            return .text("\(request.client) \(request.remote) \(request.scheme) \(request.host ?? "-") \(request.id)\n")
        case "headers":
            return .text(request.headers.map { "\($0.name)=\($0.value)\n" }.joined())
        case "mark":
            // FNV-1a, which a lost, repeated or exchanged byte changes.
            var mark: UInt64 = 0xCBF2_9CE4_8422_2325
            for try await piece in request.body {
                piece.withUnsafeBufferPointer { bytes in
                    for byte in bytes { mark = (mark ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
                }
            }
            return .text(String(mark, radix: 16))
        case "unread": return .text("unread\n")
        default: return nil
        }
    }

    /// `n` pieces of `size` bytes, `ms` apart; `length` declares one.
    private func stream(_ request: Request) throws -> Response {
        let count = request.queryValue("n").flatMap { Int($0) } ?? 3
        let size = request.queryValue("size").flatMap { Int($0) } ?? 10
        let pause = request.queryValue("ms").flatMap { Int($0) } ?? 0
        let length = request.queryValue("length").flatMap { Int($0) }
        return .stream(length: length) { writer in
            let piece = [UInt8](repeating: UInt8(ascii: "s"), count: size)
            for _ in 0..<count {
                try await writer.write(piece)
                if pause > 0 { try await Task.sleep(for: .milliseconds(pause)) }
            }
        }
    }

    /// Fails after `n` pieces.
    private func brokenStream(_ request: Request) throws -> Response {
        let count = request.queryValue("n").flatMap { Int($0) } ?? 0
        return .stream { writer in
            for number in 0..<count { try await writer.write("piece \(number)\n") }
            throw LabError(description: "/message/broken-stream was asked for")
        }
    }
}
