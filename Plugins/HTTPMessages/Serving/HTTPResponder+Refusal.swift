public import DroverCore
import DroverSystem

// Replies to what is no request.
extension HTTPResponder {
    /// Answers what was not understood as a request, or did not come in time; the connection ends after that.
    ///
    /// The peer may be in the middle of what is not read.
    ///
    /// - Parameters:
    ///   - response: What to say; its body is in memory.
    ///   - connection: The connection, of which nothing more is read.
    public func refuse(with response: Response, _ connection: Connection) {
        connection.lingerAtEnd()
        let framing = ReplyFraming(response, to: nil, persists: false)
        sendHead(of: response, framing, connection)
        if accessLog != nil { record(response, framing, PeerFacts(of: connection), connection.wallClock) }
    }

    /// Answers what was not understood as a request on a stream, which ends; the others go on.
    ///
    /// - Parameters:
    ///   - response: What to say; its body is in memory.
    ///   - stream: The stream.
    ///   - peer: The connection's facts.
    /// - Throws: What the stream throws when it cannot be sent.
    public func refuse(with response: Response, over stream: any HTTPStream, _ peer: PeerFacts) async throws {
        stream.countError()
        let framing = ReplyFraming(response, overStream: nil)
        let now = WallClock.seconds()
        stream.send(ReplyHead(response, framing, now: now), isLast: !framing.sendsBody)
        if framing.sendsBody {
            switch response.body.content {
            case .string(let text): try await stream.send(Array(text.utf8))
            case .bytes(let bytes): try await stream.send(bytes)
            case .none, .file, .stream, .takeover: break
            }
            stream.finish(trailers: [])
        }
        if accessLog != nil { record(response, framing, peer, now) }
    }

    @inline(never)
    private func record(_ response: Response, _ framing: ReplyFraming, _ peer: PeerFacts, _ seconds: Int64) {
        let end = MonotonicClock.nanoseconds()
        accessLog?.append(
            AccessRecord(
                nil, response, framing, peer, bodyBytes: framing.sendsBody ? framing.length : nil, arrival: end,
                beginning: end, end: end, seconds: seconds))
    }

    /// What a carrier of one request after the other does about everything that is not input.
    ///
    /// A peer that began a request and did not go on is told so, with 408; RFC 9110 section 15.5.9.
    public func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        switch occasion {
        case .nudge, .moment: return .rest
        case .drain: return connection.bufferedCount > 0 ? .rest : .end
        case .late:
            connection.countError()
            refuse(with: .status(.requestTimeout), connection)
            return .end
        case .silence, .ended, .lost, .tooLong: return .end
        }
    }
}
