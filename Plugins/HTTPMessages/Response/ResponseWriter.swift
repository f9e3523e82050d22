import DroverBytes
package import DroverCore

/// Where a streamed body goes, piece by piece.
///
/// Each piece is sent before ``write(_:)-([UInt8])`` returns, at the peer's pace; so gather what is small. It belongs to
/// the task that the stream was called on and ends with it.
public final class ResponseWriter: @unchecked Sendable {
    /// How the end of the body is told.
    package enum Coding: Sendable, Equatable {
        case length
        case chunked
        case untilClose
    }

    /// Fields that follow the body where it is sent in chunks, as it is to HTTP/1.1 peers when it has no length.
    ///
    /// A peer may drop them, so they hold nothing that it needs.
    public var trailers: HeaderFields = []
    /// Bytes written so far.
    public private(set) var count = 0
    /// Whether anything has been sent, the head included; up to then an error still becomes a response of its own.
    package private(set) var hasBegun = false

    // A peer that takes everything at once must not keep the others waiting.
    private static let share = 1 << 19
    private var unshared = 0

    private let length: Int?
    private let coding: Coding
    private let begin: () -> Void
    /// Nil when the body is over; who kept the writer writes nothing any more.
    private var connection: Connection?

    /// A writer whose head `begin` puts into the connection's output.
    package init(_ connection: Connection, length: Int?, coding: Coding, begin: @escaping () -> Void) {
        self.connection = connection
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
        let connection = try current()
        if let length, bytes.count > length - count {
            throw ResponseBodyError.tooLong(declared: length, written: count + bytes.count)
        }
        start()
        if !bytes.isEmpty {
            count += bytes.count
            if coding == .chunked {
                connection.withOutput(reserving: 20) { Self.appendSize(bytes.count, to: &$0) }
                try await connection.write(bytes)
                connection.withOutput(reserving: 2) { $0.append("\r\n") }
            } else {
                try await connection.write(bytes)
            }
        }
        try await connection.flush()
        unshared += bytes.count
        if unshared >= Self.share {
            unshared = 0
            await connection.takeTurns()
        }
    }

    /// Sends the head, if nothing has been sent yet.
    public func flush() async throws {
        let connection = try current()
        start()
        try await connection.flush()
    }

    private func current() throws -> Connection {
        guard let connection else { throw ResponseBodyError.over }
        if connection.requestTimedOut { throw ConnectionError.timedOut(.request) }
        return connection
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
    package func end() throws {
        guard let connection else { return }
        self.connection = nil
        if let length, count < length { throw ResponseBodyError.tooShort(declared: length, written: count) }
        start()
        guard coding == .chunked else { return }
        if let fault = ResponseFault.first(inTrailers: trailers) { throw fault }
        let size = trailers.reduce(8) { $0 + $1.lineByteCount }
        connection.withOutput(reserving: size) { output in
            output.append("0\r\n")
            for field in trailers { output.append(field) }
            output.append("\r\n")
        }
    }

    /// Lets go of the connection without ending the body.
    package func abandon() {
        connection = nil
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
