import DroverCore
import DroverHTTPMessages
import Logging

extension HTTPProtocol {
    /// Answers a request that breaks a rule; what follows it cannot be understood either, so the connection ends.
    @inline(never)
    func refuse(_ rejection: HeadRejection, _ connection: Connection) {
        if mismatch.answer(connection) { return }
        connection.countError()
        switch rejection {
        // A client of TLS could not read an answer of HTTP's, and the other protocols have been asked for one.
        case .handshake: return
        case .preface: notePreface(connection)
        default: break
        }
        logger.event(.debug, "request_refused", ["peer": connection.peer, "reason": rejection])
        responder.refuse(
            with: .text("\(rejection.status): \(rejection)\n", status: rejection.status), connection)
    }

    /// Says that a client takes this port for another one; now and then, as such clients come in crowds.
    private func notePreface(_ connection: Connection) {
        guard let unsaid = prefaceNotice.count(at: connection.wallClock) else { return }
        logger.event(.info, "http2_preface", ["peer": connection.peer, "bind": connection.local, "unsaid": unsaid])
    }
}
