import DroverCore
import DroverSystem

/// The body of a request that a stream carries, under the same limits as any other.
final class StreamBody: IncomingBody {
    private(set) var trailers: HeaderFields = []
    private let stream: any HTTPStream
    private let declared: Int?
    private let limit: Int
    private var patience: BodyPatience
    private var count = 0
    private var isOver = false

    init(_ request: RequestStorage, _ stream: any HTTPStream, _ rules: ExchangeRules) {
        self.stream = stream
        declared = request.declaredLength
        limit = rules.limits.body
        patience = BodyPatience(rules.bodyPace)
    }

    func next() async throws -> [UInt8]? {
        if isOver { return nil }
        let start = MonotonicClock.milliseconds()
        guard let piece = try await stream.receive(patience: patience.milliseconds) else {
            // RFC 9113 section 8.1.1: a body of another length than it says is malformed.
            if let declared, count < declared { throw RequestBodyError.incomplete }
            isOver = true
            trailers = stream.trailers
            return nil
        }
        patience.note(waited: MonotonicClock.milliseconds() - start, received: piece.count)
        count += piece.count
        if let declared, count > declared { throw RequestBodyError.malformed("it is longer than Content-Length says") }
        if count > limit { throw RequestBodyError.tooLarge(limit: limit) }
        return piece
    }

    // What is left of a body ends with its stream, and no other request is behind it.
    var canDiscardRest: Bool { true }
    func discardRest() async throws -> Bool { true }
    func abandonRest() {}
}
