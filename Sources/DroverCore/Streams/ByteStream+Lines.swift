internal import DroverBytes

// Lines without waiting: what a step on lines is made of.

extension ByteStream {
    /// Takes the line that has come whole, without its end, which is LF or CRLF.
    ///
    /// What has come is left as it is when that is no whole line: more of it may come, or it is too long. A step that has
    /// taken all lines tells the two apart by `bufferedCount`:
    ///
    ///     func step(_ connection: Connection) -> Step {
    ///         while let line = connection.takeLine(limit: 4096) {
    ///             connection.withRequest("shout") { connection.append(line.uppercased() + "\n") }
    ///         }
    ///         return connection.bufferedCount > 4096 ? .task : .rest
    ///     }
    ///
    /// Then `readLine` with the same limit throws `ConnectionError.messageTooLong` in the task.
    ///
    /// - Parameter limit: How many bytes the line may have in front of its LF.
    /// - Returns: The line, in which bytes that are not UTF-8 are U+FFFD; nil if there is none.
    public final func takeLine(limit: Int = 65_536) -> String? {
        let found: (line: String, end: Int)? = withBuffered { bytes in
            // What lies behind the limit can make no line of it.
            let bytes = bytes.extracting(first: limit < bytes.byteCount ? limit + 1 : bytes.byteCount)
            guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let hasReturn = end > 0 && bytes.byte(end - 1) == UInt8(ascii: "\r")
            return (String(decoding: bytes.extracting(first: hasReturn ? end - 1 : end)), end)
        }
        guard let found else { return nil }
        consume(found.end + 1)
        return found.line
    }

    /// Appends `text` in UTF-8 to the gathered output, which is sent when the step is over or the task waits.
    ///
    /// It takes no notice of how much is gathered. A step whose replies are long looks at `pendingOutput`, and answers
    /// `Step.turn` to have them sent first.
    public final func append(_ text: String) {
        withOutput(reserving: text.utf8.count) { $0.append(utf8: text) }
    }
}
