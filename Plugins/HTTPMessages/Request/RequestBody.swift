/// What a request carries after its head, read from the connection when it is asked for and not before.
///
/// It can be read once, by the task that the handler was called on and while the handler runs. What the handler
/// leaves unread is thrown away.
public struct RequestBody: AsyncSequence, Sendable {
    let source: (any RequestBodySource)?

    /// Whether there is certainly nothing to read.
    public var isEmpty: Bool {
        source == nil
    }

    /// How many bytes it has; nil for a chunked body, whose end alone tells.
    public var declaredLength: Int? {
        guard let source else { return 0 }
        return source.declaredLength
    }

    /// The whole body.
    ///
    /// - Throws: `RequestBodyError.tooLarge` as soon as it is known to have more than `limit` bytes,
    ///   `RequestBodyError` for a body that breaks off or is malformed, `ConnectionError` when the connection fails.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        guard let source else { return [] }
        let declared = source.declaredLength
        if let declared, declared > limit { throw RequestBodyError.tooLarge(limit: limit) }
        guard var bytes = try await source.next() else { return [] }
        // The first piece is often all there is, and needs no copy then.
        if let declared, bytes.count < declared { bytes.reserveCapacity(declared) }
        while bytes.count <= limit, let piece = try await source.next() { bytes += piece }
        if bytes.count > limit { throw RequestBodyError.tooLarge(limit: limit) }
        return bytes
    }

    /// Reads the body piece by piece, in the sizes they arrive.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source)
    }

    /// Reads a body's pieces; none of them is empty.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let source: (any RequestBodySource)?

        /// The next piece, nil after the last.
        ///
        /// - Throws: `RequestBodyError` for a body that breaks off or is malformed, `ConnectionError` when the
        ///   connection fails.
        public mutating func next() async throws -> [UInt8]? {
            guard let source else { return nil }
            return try await source.next()
        }
    }
}

/// What a protocol gives a request's body from.
package protocol RequestBodySource: AnyObject, Sendable {
    /// How many bytes the body has altogether, where that is known beforehand.
    var declaredLength: Int? { get }
    /// The fields that followed the body, once it has been read.
    var trailers: HeaderFields { get }
    /// The next bytes, never none; nil at the end.
    func next() async throws -> [UInt8]?
}
