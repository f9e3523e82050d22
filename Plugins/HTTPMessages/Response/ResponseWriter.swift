import DroverBytes
import DroverCore

/// Where a streamed body goes, piece by piece.
///
/// Each piece is sent before ``write(_:)-([UInt8])`` returns, at the peer's pace; so gather what is small. The writer
/// belongs to the task that the stream was called on and ends with it.
public final class ResponseWriter {
    /// How the end of the body is told.
    enum Coding: Equatable {
        case length
        case chunked
        /// By the end of the connection, or of the stream.
        case untilClose
    }

    /// Fields that follow the body where it is sent in chunks, as it is to HTTP/1.1 peers when it has no length.
    ///
    /// A peer may drop them, so they hold nothing that it needs.
    public var trailers: HeaderFields = []
    /// Bytes written so far.
    public private(set) var count = 0
    /// Whether anything has been sent, the head included; up to then an error still becomes a response of its own.
    private(set) var hasBegun = false

    // A peer that takes everything at once must not keep the others waiting.
    private static let share = 1 << 19
    private var unshared = 0

    private let length: Int?
    private let coding: Coding
    private let begin: () -> Void
    /// Nil when the body is over; a writer that was kept writes nothing any more.
    private var exchange: HTTPExchange?

    /// A writer whose head `begin` sends.
    init(_ exchange: HTTPExchange, length: Int?, coding: Coding, begin: @escaping () -> Void) {
        self.exchange = exchange
        self.length = length
        self.coding = coding
        self.begin = begin
    }

    /// Sends `text` in UTF-8.
    ///
    /// - Throws: as for bytes.
    public func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Sends `bytes`.
    ///
    /// - Throws: `ResponseBodyError.tooLong` for more than the length that was declared, and `ConnectionError` when the
    ///   peer is gone, takes nothing for too long, or the request's time is over.
    public func write(_ bytes: [UInt8]) async throws {
        let exchange = try current()
        if let length, bytes.count > length - count {
            throw ResponseBodyError.tooLong(declared: length, written: count + bytes.count)
        }
        start()
        if !bytes.isEmpty {
            count += bytes.count
            if coding == .chunked { try await exchange.sendChunk(bytes) } else { try await exchange.send(bytes) }
        }
        try await exchange.flush()
        unshared += bytes.count
        if unshared >= Self.share {
            unshared = 0
            await exchange.takeTurns()
        }
    }

    /// Sends the head, if nothing has been sent yet.
    public func flush() async throws {
        let exchange = try current()
        start()
        try await exchange.flush()
    }

    private func current() throws -> HTTPExchange {
        guard let exchange else { throw ResponseBodyError.over }
        if exchange.hasExpired { throw ConnectionError.timedOut(.request) }
        return exchange
    }

    private func start() {
        guard !hasBegun else { return }
        hasBegun = true
        begin()
    }

    /// Ends the body.
    ///
    /// - Throws: `ResponseBodyError.tooShort` for less than was declared, `ResponseFault` for trailers that cannot be
    ///   sent.
    func end() throws {
        guard let exchange else { return }
        self.exchange = nil
        if let length, count < length { throw ResponseBodyError.tooShort(declared: length, written: count) }
        start()
        guard coding == .chunked else { return exchange.finish() }
        if let fault = ResponseFault.first(inTrailers: trailers) { throw fault }
        exchange.finishChunks(trailers: trailers)
    }

    /// Lets go of the exchange without ending the body.
    func abandon() {
        exchange = nil
    }
}

@available(*, unavailable, message: "a writer belongs to the task that the stream was called on")
extension ResponseWriter: Sendable {}

/// Why a streamed body is not what was promised; the connection is closed, so that the peer notices.
public enum ResponseBodyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// More was written than declared; nothing of what exceeds it was sent.
    case tooLong(declared: Int, written: Int)
    /// The stream ended early.
    case tooShort(declared: Int, written: Int)
    /// The writer was used after its stream.
    case over

    /// The mistake in one line.
    public var description: String {
        switch self {
        case .tooLong(let declared, let written):
            "the response declared \(declared) bytes and its stream wrote \(written)"
        case .tooShort(let declared, let written):
            "the response declared \(declared) bytes and its stream ended after \(written)"
        case .over: "a response is written to after its stream has returned"
        }
    }
}
