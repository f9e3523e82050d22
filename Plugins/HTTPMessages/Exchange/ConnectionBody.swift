import DroverBytes
import DroverCore

/// The body of a request, read from the exchange's own connection as the handler asks for it.
///
/// Reading it is what makes the peer send: nothing is read ahead of the handler but what came with the head.
final class ConnectionBody: IncomingBody {
    private enum Framing {
        case length(remaining: Int)
        case chunked(ChunkedDecoder, total: Int)
        case trailers(HeadParser, RequestHead)
        case finished
        case failed
    }

    // What a body may leave unread without costing it the connection.
    private static let largestDiscard = 65_536
    private static let pieceSize = 65_536

    private(set) var trailers: HeaderFields = []
    private var framing: Framing
    private var awaitsInvitation: Bool
    private let limits: HeadLimits
    private var patience: BodyPatience
    private let connection: Connection

    /// The body of `request`, of which only the head has been taken from the connection.
    init(_ request: RequestStorage, _ connection: Connection, _ rules: ExchangeRules) {
        framing = request.declaredLength.map { .length(remaining: $0) } ?? .chunked(ChunkedDecoder(), total: 0)
        awaitsInvitation = request.expectsContinue
        self.connection = connection
        limits = rules.limits
        patience = BodyPatience(rules.bodyPace)
    }

    func next() async throws -> [UInt8]? {
        if awaitsInvitation {
            awaitsInvitation = false
            // A peer that sends already has no need to be asked; RFC 9110 section 10.1.1.
            if connection.bufferedCount == 0 { try await connection.write("HTTP/1.1 100 Continue\r\n\r\n") }
        }
        while true {
            switch framing {
            case .finished: return nil
            case .failed: throw RequestBodyError.incomplete
            case .length(let remaining):
                framing = .failed
                if connection.bufferedCount == 0 { try await receive() }
                let wanted = min(remaining, Self.pieceSize)
                guard let piece = try await connection.read(upTo: wanted) else { throw RequestBodyError.incomplete }
                framing = remaining == piece.count ? .finished : .length(remaining: remaining - piece.count)
                return piece
            case .chunked, .trailers:
                if let piece = try decode() { return piece }
                if case .finished = framing { return nil }
                let state = framing
                framing = .failed
                try await receive()
                framing = state
            }
        }
    }

    /// Waits for more, as long as the pace so far allows.
    private func receive() async throws {
        let start = connection.monotonicClock
        let known = connection.bufferedCount
        if let milliseconds = patience.milliseconds { connection.boundWait(milliseconds: milliseconds) }
        guard try await connection.fill(limit: limits.inputBuffer) else { throw RequestBodyError.incomplete }
        patience.note(waited: connection.monotonicClock - start, received: connection.bufferedCount - known)
    }

    /// Decodes what the connection has received; nil if there is no data in it.
    private func decode() throws(RequestBodyError) -> [UInt8]? {
        var piece: [UInt8] = []
        while case .chunked(var decoder, var total) = framing, connection.bufferedCount > 0,
            piece.count < Self.pieceSize
        {
            framing = .failed
            let before = piece.count
            let step = try decodeChunk(&decoder, into: &piece)
            total += piece.count - before
            if total > limits.body { throw .tooLarge(limit: limits.body) }
            if case .end = step {
                framing = .trailers(HeadParser(forTrailers: ()), RequestHead())
            } else {
                framing = .chunked(decoder, total: total)
            }
        }
        if !piece.isEmpty { return piece }
        if case .trailers(var parser, var section) = framing, connection.bufferedCount > 0 {
            framing = .failed
            let isComplete = try parseTrailers(&parser, into: &section)
            framing = isComplete ? .finished : .trailers(parser, section)
        }
        return nil
    }

    private func decodeChunk(
        _ decoder: inout ChunkedDecoder, into piece: inout [UInt8]
    ) throws(RequestBodyError) -> ChunkedDecoder.Step {
        do {
            let step = try connection.withBuffered { bytes throws(ChunkedDecoder.Rejection) in
                let step = try decoder.next(bytes, from: 0)
                if case .data(let range) = step { piece.append(bytes: bytes.extracting(range)) }
                return step
            }
            switch step {
            case .data(let range): connection.consume(range.upperBound)
            case .more: connection.consume(connection.bufferedCount)
            case .end(let offset): connection.consume(offset)
            }
            return step
        } catch {
            throw .malformed(error.rawValue)
        }
    }

    private func parseTrailers(
        _ parser: inout HeadParser, into section: inout RequestHead
    ) throws(RequestBodyError) -> Bool {
        do {
            let fields = try connection.withBuffered { bytes throws(HeadRejection) -> HeaderFields? in
                guard try parser.parse(bytes, limits: limits, into: &section) else { return nil }
                return HeaderFields(
                    section.fields.map { field in
                        HeaderField(
                            String(decoding: bytes.extracting(field.name.range)),
                            octets: bytes.extracting(field.value.range))
                    })
            }
            guard let fields else { return false }
            connection.consume(section.byteCount)
            trailers = fields
            return true
        } catch {
            throw .malformed(error.description)
        }
    }
}

extension ConnectionBody {
    /// Whether the connection can be used for another request when the rest of the body is thrown away.
    var canDiscardRest: Bool {
        if awaitsInvitation { return false }
        return switch framing {
        case .length(let remaining): remaining <= Self.largestDiscard
        case .chunked, .trailers, .finished: true
        case .failed: false
        }
    }

    /// Throws the rest of the body away.
    ///
    /// - Returns: Whether its end was found within reason, so that the next request can be.
    func discardRest() async throws -> Bool {
        guard canDiscardRest else { return false }
        var allowance = Self.largestDiscard
        do {
            while let piece = try await next() {
                allowance -= piece.count
                if allowance < 0 { return false }
            }
            return true
        } catch is RequestBodyError {
            return false
        }
    }

    /// Lets the connection linger at its end if some of the body may be on its way: that costs the connection then, but
    /// not the peer the reply.
    func abandonRest() {
        if !isWhole { connection.lingerAtEnd() }
    }

    /// Whether all of the body has come; a rest that has is dropped.
    private var isWhole: Bool {
        switch framing {
        case .finished: return true
        case .length(let remaining) where remaining <= connection.bufferedCount:
            connection.consume(remaining)
            framing = .finished
            return true
        case .length, .chunked, .trailers, .failed: return false
        }
    }
}
