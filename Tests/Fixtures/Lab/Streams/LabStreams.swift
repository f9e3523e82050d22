import Drover
import DroverBytes
import DroverCore
import DroverHTTP
import DroverHTTPMessages

extension Plugin {
    /// HTTP over a framing of the laboratory's own, with several exchanges at once on a connection: what HTTP/2 needs of
    /// the exchange, and nothing of what makes HTTP/2 hard.
    static var labStreams: Plugin {
        let definition = ProtocolDefinition(
            "lab-streams", summary: "HTTP in the laboratory's own frames, several requests at a time",
            calling: .http
        ) { context, handler in
            LabStreams(
                responder: HTTPResponder(handler: handler, logger: context.logger, accessLog: context.accessLog))
        }
        return Plugin("lab-streams", protocols: [definition])
    }
}

/// The laboratory's protocol on one listener of one worker.
struct LabStreams: ServerProtocol {
    let responder: HTTPResponder

    func serve(_ connection: Connection) async throws {
        let session = LabStreamSession(connection, responder)
        do {
            try await session.run()
        } catch {
            await session.giveUp()
            throw error
        }
        await session.giveUp()
    }
}

/// The streams of one connection; its task alone uses it.
private final class LabStreamSession {
    private let connection: Connection
    private let responder: HTTPResponder
    private var calls: ConcurrentCalls<UInt8, Void>
    private var streams: [UInt8: LabStream] = [:]
    private var opened: UInt32 = 0
    private var isLeaving = false

    init(_ connection: Connection, _ responder: HTTPResponder) {
        self.connection = connection
        self.responder = responder
        calls = ConcurrentCalls(connection)
    }

    func run() async throws {
        while true {
            try readFrames()
            try await sendFrames()
            if isLeaving, calls.isEmpty { return }
            let due = streams.values.reduce(calls.nextDeadline) { min($0, $1.due) }
            switch try await connection.nextEvent(limit: 65_536, until: due) {
            case .input, .nudge, .silence: break
            case .moment:
                // The task hears of its cancellation afterwards, and then finds out why.
                for call in calls.expire() { streams[call.tag]?.expire() }
                for stream in streams.values { stream.look(at: connection.monotonicClock) }
            case .drain: isLeaving = true
            case .end: return
            }
        }
    }

    /// Ends what is still in progress.
    func giveUp() async {
        for stream in streams.values { stream.giveUp() }
        _ = await calls.abandon()
    }

    private func readFrames() throws {
        while let (frame, count) = try LabFrame.first(in: connection.withBuffered { [UInt8](copying: $0) }) {
            connection.consume(count)
            let stream = streams[frame.stream]
            switch frame.kind {
            case .head: try open(frame)
            case .data: stream?.receive(frame.payload)
            case .end: stream?.endBody()
            case .window: stream?.widen(by: Int(String(decoding: frame.payload, as: UTF8.self)) ?? 0)
            case .reset: stream?.giveUp()
            case .hints: break
            }
        }
    }

    private func open(_ frame: LabFrame) throws {
        guard streams[frame.stream] == nil else { throw LabError(description: "the stream is open already") }
        let handle = connection.handle
        let stream = LabStream(frame.stream) { handle.nudge() }
        guard !isLeaving else {
            stream.breakOff()
            streams[frame.stream] = stream
            return
        }
        opened += 1
        let (head, number, peer) = (frame.payload, opened, PeerFacts(of: connection))
        let arrival = connection.monotonicClock * 1_000_000
        let label = Array(head.prefix { $0 != 0x0D })
        streams[frame.stream] = stream
        calls.start(frame.stream, connection.openRequest(label.span.bytes)) { [responder] in
            do {
                let exchange = try HTTPExchange(
                    head: head, over: stream, peer: peer, number: number, arrival: arrival)
                _ = try await responder.answer(exchange)
            } catch let rejection as HeadRejection {
                let words = "\(rejection.status): \(rejection)\n"
                try? await responder.refuse(with: .text(words, status: rejection.status), over: stream, peer)
            } catch {
                stream.breakOff()
            }
        }
    }

    private func sendFrames() async throws {
        let ended = calls.takeEnded().map(\.tag)
        for stream in streams.values {
            let (frames, mistakes) = stream.take()
            for _ in 0..<mistakes { connection.countError() }
            for frame in frames { try await connection.write(frame.bytes) }
        }
        for number in ended { streams[number] = nil }
    }
}
