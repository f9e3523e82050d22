package import DroverCore
import DroverHTTPMessages

extension UWSGIProtocol {
    /// Whether the handler has answers that need no waiting.
    package var servesAtOnce: Bool { responder.answersAtOnce }

    /// Answers a request that is whole and has no body.
    ///
    /// Everything else is left as it came for ``serve(_:)``, which knows every case.
    package func serveAtOnce(_ connection: Connection) -> ServedAtOnce {
        var decoder = PacketDecoder()
        let request = pool.take()
        request.begin(on: connection)
        guard let end = try? read(connection, &decoder, request), request.isPlain else {
            pool.give(request)
            return .part
        }
        request.beginRequest()
        connection.consume(end)
        let served = responder.answerAtOnce(request, connection)
        if served != .part { pool.give(request) }
        return served
    }
}
