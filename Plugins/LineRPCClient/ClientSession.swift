internal import DroverBytes
internal import DroverCore
internal import DroverLineRPCMessages

/// The task of a client: it has the stream, sends what callers leave, and takes answers apart.
struct ClientSession {
    private let link: ClientLink
    private let stream: ClientStream
    private let maxLine: Int
    private var framer: MessageFramer

    init(_ link: ClientLink, over stream: ClientStream, maxLine: Int) {
        self.link = link
        self.stream = stream
        self.maxLine = maxLine
        framer = MessageFramer(link.framing, limit: maxLine)
    }

    // What a message needs beside its own bytes: a header, and a piece of the next message.
    private static let framingRoom = 65_536

    /// Serves the link until it is closed, by the server's end or from here.
    mutating func run() async {
        do {
            while let more = link.takeOutgoing(now: stream.monotonicClock) {
                if !more.isEmpty { stream.withOutput(reserving: more.count) { $0.append(bytes: more.span.bytes) } }
                let arrival = try await stream.nextEvent(
                    limit: maxLine + Self.framingRoom, readsWhileSending: true, until: link.nextDeadline)
                switch arrival {
                case .input: takeMessages()
                case .moment: link.expire(now: stream.monotonicClock)
                case .nudge, .silence, .drain: continue
                case .end: link.close(.closed(reason: "the server has ended it"))
                }
            }
        } catch {
            link.close(.closed(reason: Self.reason(error)))
        }
        // What was left before the link was closed from here is sent.
        let rest = link.takeRest()
        stream.withOutput(reserving: rest.count) { $0.append(bytes: rest.span.bytes) }
        try? await stream.finish()
    }

    /// The reason in an error of the stream, which goes without saying that it is one of the server's.
    static func reason(_ error: any Error) -> String {
        if case ConnectionError.upstream(let error) = error { "\(error)" } else { "\(error)" }
    }

    private mutating func takeMessages() {
        while stream.bufferedCount > 0, link.isServed {
            var taken = 0
            stream.withBuffered { bytes in
                switch framer.next(bytes) {
                case .incomplete: break
                case .message(let range, let taking):
                    take(bytes.extracting(range))
                    taken = taking
                case .tooLong(let limit): link.close(.malformed(reason: "a message is longer than \(limit) bytes"))
                case .malformed(let reason): link.close(.malformed(reason: reason))
                case .foreign(let framing):
                    // What an error on top of it says is worth more than that.
                    link.close(.malformed(reason: "its messages are framed as '\(framing.rawValue)'"))
                }
            }
            if taken == 0 { return }
            stream.consume(taken)
        }
    }

    // MARK: Messages

    private func take(_ message: RawSpan) {
        var scanner = JSONScanner(maximumDepth: JSONScanner.deepest)
        do throws(JSONFault) {
            scanner.skipSpace(message)
            guard scanner.offset < message.byteCount else { return }
            guard message.byte(scanner.offset) == UInt8(ascii: "[") else {
                return take(try Envelope(message, &scanner), message)
            }
            try scanner.open(.array)
            if try scanner.closes(message, UInt8(ascii: "]")) { return }
            while true {
                take(try Envelope(message, &scanner), message)
                if try scanner.closes(message, UInt8(ascii: "]")) { return }
                try scanner.expect(UInt8(ascii: ","), message)
            }
        } catch {
            link.close(.malformed(reason: error.reason))
        }
    }

    private func take(_ envelope: Envelope, _ message: RawSpan) {
        // What the server asks is not answered: it has been promised nothing.
        if let method = envelope.method {
            let params = envelope.params.map { RawJSON(checked: [UInt8](copying: message.extracting($0))) }
            return link.hear(RPCNotification(method: JSONCoding.text(method, in: message), params: params))
        }
        let answer = self.answer(envelope, message)
        if let id = envelope.id, let number = JSONCoding.plainInteger(message.extracting(id)) {
            link.settle(number, answer)
        } else if case .failure = answer, envelope.isReply {
            link.settleAll(answer)
        }
    }

    private func answer(_ envelope: Envelope, _ message: RawSpan) -> ClientLink.Answer {
        // Servers of version 1.0 say null beside a result.
        if let range = envelope.error, !message.holds(utf8: Array("null".utf8), in: range) {
            let error = message.extracting(range)
            return .failure(RPCError(json: error) ?? RPCClientError.malformed(reason: "an error without a code"))
        }
        guard let range = envelope.result else {
            return .failure(RPCClientError.malformed(reason: "neither result nor error"))
        }
        return .success(RawJSON(checked: [UInt8](copying: message.extracting(range))))
    }
}
