import DroverBytes

// What most protocols need, on top of the buffered bytes.

extension ByteStream {
    /// The next bytes as they come, at most `limit`; nil when nothing more will come.
    ///
    /// - Throws: `ConnectionError`, as `fill` does.
    public final func read(upTo limit: Int = 65_536) async throws(ConnectionError) -> [UInt8]? {
        if bufferedCount == 0 {
            guard try await fill() else { return nil }
        }
        return take(min(limit, bufferedCount))
    }

    /// Exactly `count` bytes; nil when the peer ended before the first of them.
    ///
    /// A handler that has taken the connection over gets nil for the drain as well; what has come by then stays.
    ///
    /// - Throws: `ConnectionError.endOfStream` when it ended in between, and what `fill` throws.
    public final func read(exactly count: Int) async throws(ConnectionError) -> [UInt8]? {
        while bufferedCount < count {
            guard try await fill(limit: max(count, 65_536)) else { return try ended() }
        }
        return take(count)
    }

    /// The bytes before the next `delimiter`, which is consumed and left out; nil at the end of the stream.
    ///
    /// A handler that has taken the connection over gets nil for the drain as well; what has come by then stays.
    ///
    /// - Throws: `ConnectionError.messageTooLong` when `limit` bytes hold no delimiter, and what `fill` throws.
    public final func read(until delimiter: UInt8, limit: Int = 65_536) async throws(ConnectionError) -> [UInt8]? {
        var scanned = 0
        while true {
            let position = withBuffered { $0.firstIndex(of: delimiter, from: scanned) }
            if let position, position <= limit {
                let bytes = take(position)
                consume(1)
                return bytes
            }
            scanned = bufferedCount
            if scanned > limit { throw fault(.messageTooLong(limit: limit)) }
            guard try await fill(limit: limit + 1) else { return try ended() }
        }
    }

    /// The next line without its end, which is LF or CRLF; nil at the end of the stream.
    ///
    /// - Throws: as `read(until:limit:)`.
    public final func readLine(limit: Int = 65_536) async throws(ConnectionError) -> String? {
        guard var line = try await read(until: UInt8(ascii: "\n"), limit: limit) else { return nil }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    private final func ended() throws(ConnectionError) -> [UInt8]? {
        // A handler that has taken the connection over hears of the drain in the middle of a message too.
        if bufferedCount == 0 || isTakenOver && !peerEnded { return nil }
        noteError()
        throw fault(.endOfStream)
    }

    private final func take(_ count: Int) -> [UInt8] {
        let bytes = withBuffered { [UInt8](copying: $0.extracting(first: count)) }
        consume(count)
        return bytes
    }
}
