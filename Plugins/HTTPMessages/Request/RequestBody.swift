/// What a request carries after its head, read from the connection when it is asked for and not before.
///
/// It can be read once, while the handler runs or the stream that it answers with, by one task at a time. What the
/// handler leaves unread is thrown away.
public struct RequestBody: AsyncSequence, Sendable {
    let storage: RequestStorage?

    /// Whether there is certainly nothing to read.
    public var isEmpty: Bool {
        storage == nil
    }

    /// How many bytes it has; nil for a chunked body, whose end alone tells.
    public var declaredLength: Int? {
        guard let storage else { return 0 }
        return storage.declaredLength
    }

    /// The whole body.
    ///
    /// - Throws: `RequestBodyError.tooLarge` as soon as it is known to have more than `limit` bytes,
    ///   `RequestBodyError` for a body that breaks off or is malformed, `ConnectionError` when the connection fails.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        guard let storage else { return [] }
        let declared = storage.declaredLength
        if let declared, declared > limit { throw RequestBodyError.tooLarge(limit: limit) }
        guard var bytes = try await storage.nextPiece() else { return [] }
        // The first piece is often all there is, and needs no copy then.
        if let declared, bytes.count < declared { bytes.reserveCapacity(declared) }
        while bytes.count <= limit, let piece = try await storage.nextPiece() { bytes += piece }
        if bytes.count > limit { throw RequestBodyError.tooLarge(limit: limit) }
        return bytes
    }

    /// Reads the body piece by piece, in the sizes they arrive.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(storage: storage)
    }

    /// Reads a body's pieces; none of them is empty.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let storage: RequestStorage?

        /// The next piece, nil after the last.
        ///
        /// - Throws: `RequestBodyError` for a body that breaks off or is malformed, `ConnectionError` when the
        ///   connection fails.
        public mutating func next() async throws -> [UInt8]? {
            guard let storage else { return nil }
            return try await storage.nextPiece()
        }
    }
}

extension RequestStorage {
    /// The next bytes of the body, never none; nil at the end.
    func nextPiece() async throws -> [UInt8]? {
        let outcome = try await access.use { exchange in try await exchange.body?.next() }
        guard let outcome else { throw RequestBodyError.expired }
        return outcome
    }
}
