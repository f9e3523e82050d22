package import DroverCore
import DroverHTTPMessages

extension HTTPProtocol {
    /// Whether the handler has answers that need no waiting.
    package var servesAtOnce: Bool { responder.answersAtOnce }

    /// Answers the requests at hand that are whole and nothing out of the ordinary.
    ///
    /// Everything else is left as it came for ``serve(_:)``, which knows every case.
    package func serveAtOnce(_ connection: Connection) -> ServedAtOnce {
        repeat {
            let request = pool.take()
            request.begin(on: connection)
            var parser = HeadParser()
            let isOrdinary = connection.withBuffered { bytes in
                guard (try? request.parse(bytes, &parser, limits)) == true, request.isPlain else { return false }
                connection.beginRequest(bytes.extracting(request.label))
                return true
            }
            guard isOrdinary else {
                pool.give(request)
                return .part
            }
            connection.consume(request.headByteCount)
            let served = responder.answerAtOnce(request, connection)
            guard served == .everything else { return served }
            pool.give(request)
        } while connection.bufferedCount > 0
        return .everything
    }
}
