package import DroverCore
import DroverHTTPMessages
import DroverSystem
import Logging

extension UWSGIProtocol {
    /// Reads the one request of a connection, and answers it if that needs no task.
    package func step(_ connection: Connection) -> Step {
        let begun = connection.protocolState as? BegunPacket
        let request = begun?.request ?? pool.take()
        if begun == nil { request.begin(on: connection) }
        var decoder = begun?.decoder ?? PacketDecoder()
        do throws(Refusal) {
            guard let end = try read(connection, &decoder, request) else {
                connection.protocolState = BegunPacket(request, decoder)
                return .rest
            }
            connection.protocolState = nil
            request.beginRequest()
            connection.consume(end)
        } catch {
            refuse(error, connection)
            return .end
        }
        guard responder.answersAtOnce, request.isPlain else {
            if request.hasBody {
                request.body = ConnectionBody(request, connection, settings.limits, settings.bodyPace)
            }
            connection.protocolState = request
            return .task
        }
        let next = responder.answerAtOnce(request, connection)
        if next != .task { pool.give(request) }
        return next
    }

    /// A packet that has not come whole.
    private final class BegunPacket {
        let request: RequestStorage
        let decoder: PacketDecoder

        init(_ request: RequestStorage, _ decoder: PacketDecoder) {
            self.request = request
            self.decoder = decoder
        }
    }

    /// Answers the request that has come, or goes on with its reply.
    package func serveMessage(_ connection: Connection) async throws -> Next {
        if let request = RequestStorage.takeBegun(on: connection) {
            _ = try await responder.answer(request, connection)
            pool.give(request)
        } else {
            _ = try await responder.complete(connection)
        }
        return .end
    }

    /// Ends the connection; a gateway that began a request and did not go on is told so.
    package func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        switch occasion {
        case .nudge, .moment: return .rest
        case .drain: return connection.bufferedCount > 0 ? .rest : .end
        case .late:
            connection.countError()
            responder.appendLast(.status(.requestTimeout), connection)
            return .end
        case .silence, .ended, .lost, .tooLong: return .end
        }
    }

    // A byte more than a packet can have.
    static let inputBuffer = PacketHeader.byteCount + PacketLimits.largestBlock + 1

    /// Reads the request that the connection holds, and leaves its bytes there.
    ///
    /// - Returns: Where the packet ends; nil if it is not whole.
    func read(
        _ connection: Connection, _ decoder: inout PacketDecoder, _ storage: RequestStorage
    ) throws(Refusal) -> Int? {
        try connection.withBuffered { bytes throws(Refusal) -> Int? in
            guard let block = try decode(bytes, &decoder, storage) else { return nil }
            guard settings.allowed.contains(connection.peer) else { throw .peer }
            do throws(GatewayRejection) {
                try storage.takeVariables(bytes.extracting(block), settings.limits)
            } catch {
                throw .request(error)
            }
            // A connection has one request, so bytes behind the packet can only be its body. A handler that got an empty
            // body instead would lose the client's data without a sign.
            if bytes.byteCount > block.upperBound, !storage.declaresLength, !storage.isSafe, !storage.wantsTunnel {
                throw .request(.unknownLength)
            }
            return block.upperBound
        }
    }

    private func decode(
        _ bytes: RawSpan, _ decoder: inout PacketDecoder, _ storage: RequestStorage
    ) throws(Refusal) -> Range<Int>? {
        do throws(PacketRejection) {
            return try storage.withVariables { table throws(PacketRejection) in
                try decoder.decode(bytes, settings.packet, into: &table)
            }
        } catch {
            throw .packet(error)
        }
    }

    // MARK: Refusing

    /// What a refusal is about, for the log: each has a line a minute of its own.
    enum Cause: Int, CaseIterable {
        case modifier, block, variables, packet, peer, body, requestLine, gateway
    }

    /// Why somebody is not served.
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

        /// What somebody has to change in a configuration; nil where it takes another request instead.
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
    private func refuse(_ refusal: Refusal, _ connection: Connection) {
        if case .packet(.modifier) = refusal, mismatch.answer(connection) { return }
        connection.countError()
        responder.appendLast(.text("\(refusal.status): \(refusal)\n", status: refusal.status), connection)
        if let cause = refusal.cause, let unsaid = refusalNotices[cause.rawValue].count(at: connection.wallClock) {
            logger.event(
                .info, "uwsgi_refused",
                ["peer": connection.peer, "bind": connection.local, "reason": refusal, "unsaid": unsaid])
        } else {
            logger.event(.debug, "uwsgi_refused", ["peer": connection.peer, "reason": refusal])
        }
    }
}
