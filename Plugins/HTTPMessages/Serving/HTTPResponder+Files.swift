import DroverCore
import DroverSystem

extension HTTPResponder {
    /// Puts a reply into the connection's output that was written beforehand.
    func reply(
        _ prepared: PreparedReply, _ request: RequestStorage, _ body: ConnectionBody?, _ connection: Connection
    ) -> ReplyFraming {
        let framing = ReplyFraming(prepared, to: request, persists: persists(body, connection))
        let now = connection.wallClock
        connection.withOutput(reserving: ResponseEncoder.bound(prepared)) { output in
            encoder.append(prepared, framing: framing, now: now, to: &output)
        }
        return framing
    }

    /// Sends a body that lies in a file, each range with one call for as much as the peer takes.
    ///
    /// - Throws: `TruncatedFile` when the file has become shorter than was promised.
    func send(_ body: FileBody, _ connection: Connection) async throws {
        guard let file = body.file else { return }
        for part in body.parts {
            switch part {
            case .text(let bytes): try await connection.write(bytes)
            case .range(let offset, let count):
                do {
                    try await connection.sendFile(file.descriptor, offset: Int64(offset), count: count)
                } catch ConnectionError.endOfStream {
                    throw TruncatedFile()
                }
            }
        }
    }
}

/// A file became shorter while it was sent; the peer knows by the missing bytes, as the connection ends.
struct TruncatedFile: Error, CustomStringConvertible {
    var description: String { "a file became shorter while it was sent: replace files by renaming, never in place" }
}
