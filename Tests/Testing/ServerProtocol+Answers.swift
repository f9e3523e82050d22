public import DroverCore

extension ServerProtocol {
    /// What this protocol answers to a client that sends `pieces`, one after the other, and then ends.
    ///
    ///     #expect(try await Echo().answers(to: "a", "b") == "ab")
    ///
    /// There is neither a socket nor a server: the protocol runs as it does in a worker, over a connection that is
    /// written beforehand. Pieces arrive as the protocol asks for more, each in a read of its own.
    ///
    /// - Throws: What `serve` throws, a `ConnectionError` excepted, which only ends the connection.
    public func answers(to pieces: String...) async throws -> String {
        String(decoding: try await exchange(pieces.map { Array($0.utf8) }).bytes, as: UTF8.self)
    }

    /// Serves a client that sends `pieces`, and then ends or keeps silent until its time is over.
    ///
    /// - Throws: What `serve` throws, a `ConnectionError` excepted, which stands in the outcome.
    public func exchange(_ pieces: [[UInt8]], thenSilent: Bool = false) async throws -> ProtocolExchange {
        try await ProtocolExchange.run(self, pieces, isSilent: thenSilent)
    }
}
