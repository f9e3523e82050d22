import DroverCore
import DroverHTTPMessages
import DroverSystem
import Logging

extension UWSGIProtocol {
    /// What a refusal is about, for the log: each has a line a minute of its own.
    enum Cause: Int, CaseIterable {
        case modifier, block, variables, packet, peer, body, requestLine, gateway
    }

    /// Why a peer is not served.
    enum Refusal: Error, CustomStringConvertible {
        case packet(PacketRejection)
        case peer
        case request(GatewayRejection)

        var status: HTTPStatus {
            switch self {
            case .packet(let rejection): rejection.status
            case .peer: .forbidden
            case .request(let rejection): rejection.status
            }
        }

        /// What has to be changed in a configuration; nil where it takes another request instead.
        var cause: Cause? {
            switch self {
            case .packet(.modifier): .modifier
            case .packet(.blockSize): .block
            case .packet(.variableCount): .variables
            case .packet: .packet
            case .peer: .peer
            case .request(.head(.bodySize)): .body
            case .request(.head(.requestLineSize)): .requestLine
            case .request(let rejection): rejection.concernsGateway ? .gateway : nil
            }
        }

        var description: String {
            switch self {
            case .packet(let rejection): rejection.description
            case .peer: "the peer is none of uwsgi.uwsgi_allow_ips"
            case .request(.head(.bodySize)): "the body is larger than uwsgi.limit_request_body"
            case .request(.head(.requestLineSize)): "method and target are longer than uwsgi.limit_request_line"
            case .request(let rejection): rejection.description
            }
        }
    }

    /// Says what is wrong, in the language that the gateway passes on.
    @inline(never)
    func refuse(_ refusal: Refusal, _ connection: Connection) {
        if case .packet(.modifier) = refusal, mismatch.answer(connection) { return }
        connection.countError()
        responder.refuse(with: .text("\(refusal.status): \(refusal)\n", status: refusal.status), connection)
        if let cause = refusal.cause, let unsaid = refusalNotices[cause.rawValue].count(at: connection.wallClock) {
            logger.event(
                .info, "uwsgi_refused",
                ["peer": connection.peer, "bind": connection.local, "reason": refusal, "unsaid": unsaid])
        } else {
            logger.event(.debug, "uwsgi_refused", ["peer": connection.peer, "reason": refusal])
        }
    }
}
