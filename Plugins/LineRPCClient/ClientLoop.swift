internal import DroverBytes
internal import DroverCore
internal import DroverLineRPCMessages
internal import DroverSystem

/// The thread of a client: it owns the socket, sends what callers leave, and takes answers apart.
final class ClientLoop: @unchecked Sendable {
    private let link: ClientLink
    private let socket: StreamSocket
    private let poller: Poller
    private let maxLine: Int
    private var framer: MessageFramer
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var sent = 0

    /// Begins to connect.
    init(_ link: ClientLink, to address: SocketAddress, maxLine: Int) throws(SystemError) {
        self.link = link
        self.maxLine = maxLine
        framer = MessageFramer(link.framing, limit: maxLine)
        socket = try StreamSocket(connecting: address)
        poller = try Poller(capacity: 2)
        try poller.add(socket.descriptor, .connection, word: 0)
        try poller.add(link.wakeDescriptor, .readable, word: 1)
    }

    /// Starts the thread, which ends with the link; `connected` is called once, with errno(3)'s number or 0.
    static func start(_ loop: ClientLoop, timeout: Int64, connected: @escaping @Sendable (Int32) -> Void) throws {
        // The thread keeps the loop alive, and the socket with it.
        try NativeThread.start(name: "rpc-client") {
            let outcome = loop.waitUntilConnected(milliseconds: timeout)
            connected(outcome)
            if outcome == 0 { loop.run() }
        }
    }

    private static let timedOut: Int32 = 110
    private static let badDescriptor: Int32 = 9

    private func waitUntilConnected(milliseconds: Int64) -> Int32 {
        let end = MonotonicClock.milliseconds() + milliseconds
        while case let left = end - MonotonicClock.milliseconds(), left > 0 {
            guard let count = try? poller.wait(milliseconds: Int32(clamping: left)) else { return Self.badDescriptor }
            for index in 0..<count {
                let report = poller.report(index)
                if report.word == 0, report.events.concernsOutput || report.events.concernsEnd {
                    return socket.connectError ?? 0
                }
            }
        }
        return Self.timedOut
    }

    private func run() {
        while true {
            guard let more = link.takeOutgoing() else { return }
            output += more
            guard send(), receive() else { return }
            let deadline = link.nextDeadline
            let now = MonotonicClock.milliseconds()
            if deadline <= now {
                link.expire(now: now)
                continue
            }
            do throws(SystemError) {
                _ = try poller.wait(milliseconds: deadline == .max ? -1 : Int32(clamping: deadline - now))
            } catch {
                return link.close(.closed(reason: "\(error)"))
            }
        }
    }

    /// Sends what there is, as far as the server takes it; false when the link is closed.
    private func send() -> Bool {
        while sent < output.count {
            switch socket.send(output.span.bytes.extracting(sent...)) {
            case .bytes(let count): sent += count
            case .wouldBlock: return true
            case .endOfStream: return true
            case .failed(let code): return end(SystemError("send", code).reason)
            }
        }
        output = []
        sent = 0
        return true
    }

    /// Receives all there is and deals with it; false when the link is closed.
    private func receive() -> Bool {
        while true {
            switch socket.receive(limit: 65_536, appendingTo: &input) {
            case .bytes:
                guard takeMessages() else { return false }
            case .wouldBlock: return true
            case .endOfStream: return end("the server has ended it")
            case .failed(let code): return end(SystemError("recv", code).reason)
            }
        }
    }

    private func end(_ reason: String) -> Bool {
        link.close(.closed(reason: reason))
        return false
    }

    private func takeMessages() -> Bool {
        var start = 0
        defer { input.removeFirst(start) }
        while start < input.count {
            let bytes = input.span.bytes.extracting(start..<input.count)
            switch framer.next(bytes) {
            case .incomplete: return true
            case .message(let range, let taking):
                take(bytes.extracting(range))
                start += taking
            case .tooLong(let limit):
                link.close(.malformed(reason: "a message is longer than \(limit) bytes"))
                return false
            case .malformed(let reason):
                link.close(.malformed(reason: reason))
                return false
            case .foreign(let framing):
                // What an error on top of it says is worth more than that.
                link.close(.malformed(reason: "its messages are framed as '\(framing.rawValue)'"))
                return false
            }
        }
        return true
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
