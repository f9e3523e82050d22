import DroverBytes
import DroverCore
import DroverSystem

// What goes to the peer beside a reply's head, at the peer's pace.
extension HTTPExchange {
    /// Sends fields ahead of the reply, unless that has begun.
    ///
    /// - Throws: as ``send(_:)``.
    func sendHints(_ fields: HeaderFields) async throws {
        if isAnswered { return }
        let hints = fields.filter { !ReservedField.contains($0.name) }
        guard let connection else {
            stream?.sendHints(HeaderFields(hints))
            return
        }
        connection.withOutput(reserving: hints.reduce(32) { $0 + $1.lineByteCount }) { output in
            output.append("HTTP/1.1 103 Early Hints\r\n")
            for field in hints { output.append(field) }
            output.append("\r\n")
        }
        try await connection.flush()
    }

    /// Sends a piece of a body.
    ///
    /// - Throws: `ConnectionError` when the peer is gone or takes nothing for too long.
    func send(_ bytes: [UInt8]) async throws {
        if let stream {
            if !bytes.isEmpty { try await stream.send(bytes) }
        } else {
            try await connection?.write(bytes)
        }
    }

    /// Sends a piece of a body whose end is not known yet; RFC 9112 section 7.1, or as a stream has it.
    ///
    /// - Throws: as ``send(_:)``.
    func sendChunk(_ bytes: [UInt8]) async throws {
        guard let connection else { return try await send(bytes) }
        connection.withOutput(reserving: 20) { Self.appendSize(bytes.count, to: &$0) }
        try await connection.write(bytes)
        connection.withOutput(reserving: 2) { $0.append("\r\n") }
    }

    /// Ends a body that was sent in chunks.
    func finishChunks(trailers: HeaderFields) {
        guard let connection else { return finish(trailers: trailers) }
        let size = trailers.reduce(8) { $0 + $1.lineByteCount }
        connection.withOutput(reserving: size) { output in
            output.append("0\r\n")
            for field in trailers { output.append(field) }
            output.append("\r\n")
        }
    }

    /// Sends a body that lies in a file: each range with one call for as much as the peer takes, or in pieces where a
    /// stream wraps them.
    ///
    /// - Throws: `TruncatedFile` when the file has become shorter than was promised, and as ``send(_:)``.
    func send(_ body: FileBody) async throws {
        guard let file = body.file else {
            // Only a stream has to ask for it: over a connection it stands beside its head.
            if let prepared = body.prepared { try await send(Array(prepared.content(0..<prepared.bodyCount))) }
            return
        }
        for part in body.parts {
            switch part {
            case .text(let bytes): try await send(bytes)
            case .range(let offset, let count): try await send(file, from: offset, count: count)
            }
        }
    }

    private func send(_ file: OpenFile, from offset: Int, count: Int) async throws {
        if let connection {
            do {
                return try await connection.sendFile(file.descriptor, offset: Int64(offset), count: count)
            } catch ConnectionError.endOfStream {
                throw TruncatedFile()
            }
        }
        var sent = 0
        while sent < count {
            let piece = try file.read(from: offset + sent, count: min(count - sent, Self.filePiece))
            if piece.isEmpty { throw TruncatedFile() }
            try await send(piece)
            sent += piece.count
        }
    }

    // What a stream holds of a file in memory.
    private static let filePiece = 65_536

    /// Sends what is gathered.
    ///
    /// - Throws: as ``send(_:)``.
    func flush() async throws {
        try await connection?.flush()
    }

    /// Lets the connection's others go on first; streams wait for their windows, which is fair already.
    func takeTurns() async {
        await connection?.takeTurns()
    }

    /// Ends a body of which all has been sent; over a connection its length or its last chunk has said so.
    func finish(trailers: HeaderFields = []) {
        stream?.finish(trailers: trailers)
    }

    @_lifetime(output: copy output)
    private static func appendSize(_ size: Int, to output: inout OutputRawSpan) {
        var shift = (63 - size.leadingZeroBitCount) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: size >> shift & 0xF)
            output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            shift -= 4
        }
        output.append("\r\n")
    }
}

/// A file became shorter while it was sent; the peer knows by the missing bytes, as the reply breaks off.
struct TruncatedFile: Error, CustomStringConvertible {
    var description: String { "a file became shorter while it was sent: replace files by renaming, never in place" }
}
