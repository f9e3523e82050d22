/// Finds where the next value ends while its bytes are still arriving.
///
/// It looks at every byte once, however they arrive, and keeps a number for each level of a value that has begun: a
/// declared length makes it reserve nothing, only refuse what would become too long.
public struct MessagePackFramer: Sendable {
    private let maximumBytes: Int
    private let maximumDepth: Int
    // How far the current value has been looked at, and how many values are still to come, level by level.
    private var scanned = 0
    private var open: [Int] = []
    // The sum of `open`: each of these values is one byte at least.
    private var owed = 0

    /// A framer for values of at most `maximumBytes` bytes that lie in each other at most `maximumDepth` deep.
    public init(maximumBytes: Int, maximumDepth: Int = MessagePackReader.standardDepth) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }

    /// Whether a value has begun that has not ended.
    public var isWithinValue: Bool { scanned > 0 }

    /// Looks at what has been received.
    ///
    /// - Parameter bytes: All bytes from the first of the value on; those of the last call are there again, unless that
    ///   has found the value's end.
    /// - Returns: How many bytes the value has; nil when more are to come.
    /// - Throws: `MessagePackFault`, after which nothing more can be told apart.
    public mutating func next(_ bytes: RawSpan) throws(MessagePackFault) -> Int? {
        var reader = MessagePackReader(bytes, from: scanned, maximumDepth: maximumDepth)
        while true {
            let head: MessagePackHead
            do throws(MessagePackFault) {
                head = try reader.readHead()
            } catch {
                if case .truncated = error { return try incomplete(bytes) }
                throw error
            }
            let end = reader.offset + head.contentCount
            let count = head.valueCount
            if end + owed - (open.isEmpty ? 0 : 1) + count > maximumBytes { throw .tooLong(limit: maximumBytes) }
            if end > bytes.byteCount { return nil }
            if end > reader.offset { _ = try reader.readContent(head.contentCount) }
            if count > 0, open.count >= maximumDepth { throw .tooDeep(limit: maximumDepth, at: scanned) }
            scanned = end
            if take(count) {
                scanned = 0
                return end
            }
        }
    }

    /// Counts a value that has been found, with `count` more in it.
    ///
    /// - Returns: Whether it was the last.
    private mutating func take(_ count: Int) -> Bool {
        if let last = open.indices.last {
            open[last] &-= 1
            owed &-= 1
        }
        if count > 0 {
            open.append(count)
            owed &+= count
            return false
        }
        while open.last == 0 { open.removeLast() }
        return open.isEmpty
    }

    private func incomplete(_ bytes: RawSpan) throws(MessagePackFault) -> Int? {
        if bytes.byteCount >= maximumBytes { throw .tooLong(limit: maximumBytes) }
        return nil
    }
}
