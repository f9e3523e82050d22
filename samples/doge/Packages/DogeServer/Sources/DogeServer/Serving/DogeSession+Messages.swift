import Drover
import DroverBytes

// What a message asks for, and how it is answered.

extension DogeSession {
    /// Deals with the next message.
    ///
    /// - Returns: Whether there may be another one.
    mutating func takeMessage() -> Bool {
        if !reader.isWithin, isOtherProtocol() { return false }
        let taken = connection.withBuffered { bytes in
            switch reader.next(bytes) {
            case .nothing: return 0
            case .message(let envelope, let count):
                answer(envelope, bytes)
                return count
            case .fault(let fault, let count):
                fail("\(fault)", id: fault.id ?? -1, at: placeInLine())
                return count
            case .nonsense(let reason):
                fail("Invalid protocol: \(reason)", id: -1, at: placeInLine())
                connection.lingerAtEnd()
                isDeaf = true
                return bytes.byteCount
            }
        }
        connection.consume(taken)
        return taken > 0
    }

    /// Whether what begins here is not, or perhaps not, MessagePack-RPC; another protocol's client is told so.
    private mutating func isOtherProtocol() -> Bool {
        guard connection.withBuffered({ !$0.isEmpty && !$0.beginsArray }) else { return false }
        if server.mismatch.answer(connection) {
            connection.consume(connection.bufferedCount)
            isDeaf = true
            return true
        }
        // A number that is no message has come whole; a word that a person types has not.
        return connection.withBuffered { $0.beginsWord } && server.mismatch.mayAnswer(connection)
    }

    private mutating func answer(_ envelope: DogeEnvelope, _ bytes: RawSpan) {
        // Answering an answer could go on for ever.
        guard case .request(let request) = envelope else { return connection.countError() }
        let place = request.id == nil ? nil : placeInLine()
        let name = bytes.extracting(request.methodText)
        guard let method = server.methods.find(name) else {
            let text = String(String(decoding: name).prefix(100))
            return fail("no such method: \(text)", id: request.id, at: place)
        }
        let open = connection.openRequest(name)
        var filtered: FilteredCall?
        do {
            var call = method.wantsCall || !server.filters.isEmpty ? try self.call(request, method, bytes) : nil
            if let known = call, !server.filters.isEmpty {
                filtered = try FilteredCall(known, server.filters)
                call = filtered?.call
            }
            let arguments = bytes.extracting(request.arguments)
            switch method.body {
            case .inline(let run):
                writer.clear()
                if let id = request.id { writer.beginReply(id: id) }
                try run(call, arguments, request.argumentCount, &writer)
                connection.closeRequest(open)
                filtered?.end(error: nil)
                if request.id != nil { deliver(at: place) }
            case .beside(let prepare):
                let work = try prepare(call, arguments, request.argumentCount)
                let later = request.id == nil ? nil : place ?? self.place()
                let tag = Tag(id: request.id, method: method, filtered: filtered, place: later)
                start(tag, open, Self.task(call, work))
            }
        } catch {
            connection.closeRequest(open)
            let text = text(error, of: method)
            filtered?.end(error: text)
            fail(text, id: request.id, at: place)
        }
    }

    private func call(
        _ request: DogeEnvelope.Request, _ method: DogeMethod, _ bytes: RawSpan
    ) throws -> DogeCall {
        let meta: [String: String]
        do {
            meta = try request.meta.map { try DogeRequest.meta(bytes.extracting($0)) } ?? [:]
        } catch {
            throw DogeError("the meta is not UTF-8")
        }
        return DogeCall(
            method: method.name, meta: meta, isNotification: request.id == nil, peer: connection.peer,
            logger: server.logger)
    }

    private static func task(_ call: DogeCall?, _ work: @escaping DogeMethod.Work) -> DogeMethod.Work {
        guard let call else { return work }
        return { try await DogeCall.$current.withValue(call) { try await work() } }
    }

    /// What to tell a client of an error that a method has thrown.
    func text(_ error: any Error, of method: DogeMethod) -> String {
        if let error = error as? DogeError { return error.description }
        server.logger.event(
            .error, "method_failed", ["method": method.name, "peer": connection.peer, "error": "\(error)"])
        return "internal error"
    }
}

extension RawSpan {
    /// Whether the first byte is that of an array, as it is of every message.
    fileprivate var beginsArray: Bool {
        let first = byte(0)
        return first & 0xF0 == 0x90 || first == 0xDC || first == 0xDD
    }

    /// Whether the first byte is a capital letter, as it is of a request's method elsewhere.
    fileprivate var beginsWord: Bool {
        byte(0) &- 0x41 < 26
    }
}
