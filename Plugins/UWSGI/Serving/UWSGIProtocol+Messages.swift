import DroverCore
import DroverHTTPMessages
import DroverSystem

extension UWSGIProtocol {
    /// Reads the one request of a connection, and answers it if that needs no task.
    func step(_ connection: Connection) -> Step {
        let begun = connection.protocolState as? HalfReadPacket
        connection.protocolState = nil
        let exchange = begun?.exchange ?? pool.take(for: connection)
        var decoder = begun?.decoder ?? PacketDecoder()
        do throws(Refusal) {
            guard let end = try read(connection, &decoder, exchange) else {
                connection.protocolState = HalfReadPacket(exchange, decoder)
                return .rest
            }
            exchange.beginRequest(connection, consuming: end)
        } catch {
            refuse(error, connection)
            pool.give(exchange)
            return .end
        }
        if responder.answerAtOnce(exchange, connection) == .task {
            exchange.keep(on: connection)
            return .task
        }
        pool.give(exchange)
        return .end
    }

    /// Answers the request that has come, or goes on with its reply.
    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let exchange = HTTPExchange.kept(on: connection) else { return .end }
        exchange.take(connection)
        defer { pool.give(exchange) }
        _ = try await responder.answer(exchange)
        return .end
    }

    /// Ends the connection; a gateway that began a request and did not go on is told so.
    func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        responder.notice(occasion, connection)
    }

    // A byte more than a packet can have.
    static let inputBuffer = PacketHeader.byteCount + PacketLimits.largestBlock + 1

    /// Reads the request that the connection holds, and leaves its bytes there.
    ///
    /// - Returns: Where the packet ends; nil if it is not whole.
    private func read(
        _ connection: Connection, _ decoder: inout PacketDecoder, _ exchange: HTTPExchange
    ) throws(Refusal) -> Int? {
        try connection.withBuffered { bytes throws(Refusal) -> Int? in
            guard let block = try decode(bytes, &decoder, exchange) else { return nil }
            guard settings.allowed.contains(connection.peer) else { throw .peer }
            let request: RequestStorage
            do throws(GatewayRejection) {
                request = try exchange.takeVariables(bytes.extracting(block))
            } catch {
                throw .request(error)
            }
            // A connection has one request, so bytes behind the packet can only be its body. A handler that got an empty
            // body instead would lose the client's data without a sign.
            if bytes.byteCount > block.upperBound, !request.declaresLength, !request.isSafe, !request.wantsTunnel {
                throw .request(.unknownLength)
            }
            return block.upperBound
        }
    }

    private func decode(
        _ bytes: RawSpan, _ decoder: inout PacketDecoder, _ exchange: HTTPExchange
    ) throws(Refusal) -> Range<Int>? {
        do throws(PacketRejection) {
            return try exchange.withVariables { table throws(PacketRejection) in
                try decoder.decode(bytes, settings.packet, into: &table)
            }
        } catch {
            throw .packet(error)
        }
    }
}

/// A packet of which the rest is on its way, with the exchange that it becomes.
private final class HalfReadPacket {
    let exchange: HTTPExchange
    let decoder: PacketDecoder

    init(_ exchange: HTTPExchange, _ decoder: PacketDecoder) {
        self.exchange = exchange
        self.decoder = decoder
    }
}
