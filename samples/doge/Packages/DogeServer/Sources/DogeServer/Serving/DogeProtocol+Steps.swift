import Drover

/// What has become of the next message.
enum DogeStep {
    /// There is none, or not the whole of it.
    case nothing
    /// It is dealt with; the reply has been written.
    case reply
    /// It is dealt with, and there is no reply.
    case silence
    /// It is where it was: the method is none that can be answered at once.
    case long
    /// A call has begun that runs in a task of its own.
    case begun(BegunCall)
    /// Nothing more can be told apart; the last reply has been written, and the connection ends after it.
    case refusal
    /// Another protocol's client has come and has been told so; the connection ends.
    case stranger
}

/// A call that has begun: its arguments have been read.
struct BegunCall {
    let id: Int64?
    let method: DogeMethod
    let request: OpenRequest
    let filtered: FilteredCall?
    let work: DogeMethod.Work
}

extension DogeProtocol {
    /// Deals with the next message.
    ///
    /// `framer` is what is known of a message that has not come whole, nil between two messages; the reply goes to
    /// `writer`. With `atOnce` calls that need a task are left where they are.
    func step(
        _ connection: Connection, _ framer: inout MessagePackFramer?, _ writer: inout MessagePackWriter, atOnce: Bool
    ) -> DogeStep {
        if framer == nil, connection.withBuffered({ !$0.isEmpty && !$0.beginsArray }) {
            if mismatch.answer(connection) {
                connection.consume(connection.bufferedCount)
                return .stranger
            }
            // A number that is no message has come whole; a word that somebody types has not.
            if connection.withBuffered({ $0.beginsWord }), mismatch.mayAnswer(connection) { return .nothing }
        }
        let (step, taking) = connection.withBuffered { bytes in
            read(bytes, connection, &framer, &writer, atOnce: atOnce)
        }
        if taking > 0 { connection.consume(taking) }
        return step
    }

    private func read(
        _ bytes: RawSpan, _ connection: Connection, _ framer: inout MessagePackFramer?,
        _ writer: inout MessagePackWriter, atOnce: Bool
    ) -> (DogeStep, taking: Int) {
        if bytes.isEmpty { return (.nothing, 0) }
        do {
            // Most messages have come whole: they are read once, without looking for their end before.
            if framer == nil {
                var reader = MessagePackReader(bytes, maximumDepth: settings.maxDepth)
                do {
                    let envelope = try DogeEnvelope(reading: &reader)
                    if reader.offset > settings.maxMessage {
                        throw MessagePackFault.tooLong(limit: settings.maxMessage)
                    }
                    let step = answer(envelope, bytes, connection, &writer, atOnce: atOnce)
                    if case .long = step { return (step, 0) }
                    return (step, reader.offset)
                } catch MessagePackFault.truncated {
                } catch is DogeEnvelopeFault {}
            }
            var looking =
                framer ?? MessagePackFramer(maximumBytes: settings.maxMessage, maximumDepth: settings.maxDepth)
            guard let count = try looking.next(bytes) else {
                framer = looking
                return (.nothing, 0)
            }
            do {
                let envelope = try DogeEnvelope(bytes.extracting(0..<count), maximumDepth: settings.maxDepth)
                let step = answer(envelope, bytes, connection, &writer, atOnce: atOnce)
                if case .long = step { return (step, 0) }
                framer = nil
                return (step, count)
            } catch let fault as DogeEnvelopeFault {
                framer = nil
                return (fail("\(fault)", id: fault.id ?? -1, connection, &writer), count)
            }
        } catch {
            _ = fail("Invalid protocol: \(reason(error))", id: -1, connection, &writer)
            return (.refusal, bytes.byteCount)
        }
    }

    private func reason(_ error: any Error) -> String {
        switch error as? MessagePackFault {
        case .tooLong(let limit): "a message is longer than \(limit) bytes (doge.max_message)"
        case .tooDeep(let limit, _): "arrays and maps lie more than \(limit) deep (doge.max_depth)"
        default: "\(error)"
        }
    }

    // MARK: Calls

    private func answer(
        _ envelope: DogeEnvelope, _ bytes: RawSpan, _ connection: Connection, _ writer: inout MessagePackWriter,
        atOnce: Bool
    ) -> DogeStep {
        guard case .request(let request) = envelope else {
            // Answering an answer could go on for ever.
            connection.countError()
            return .silence
        }
        let name = bytes.extracting(request.methodText)
        guard let place = methods.find(name) else {
            let text = String(String(decoding: name).prefix(100))
            return fail("no such method: \(text)", id: request.id, connection, &writer)
        }
        let method = methods[place]
        if atOnce, case .beside = method.body { return .long }
        let open = connection.openRequest(name)
        var filtered: FilteredCall?
        do {
            let call = method.wantsCall || !filters.isEmpty ? try self.call(request, method, bytes, connection) : nil
            if let call, !filters.isEmpty { filtered = try FilteredCall(call, filters) }
            let known = filtered?.call ?? call
            let arguments = bytes.extracting(request.arguments)
            switch method.body {
            case .inline(let run):
                writer.clear()
                if let id = request.id { writer.beginReply(id: id) }
                try run(known, arguments, request.argumentCount, &writer)
                connection.closeRequest(open)
                filtered?.end(error: nil)
                return request.id == nil ? .silence : .reply
            case .beside(let prepare):
                let work = try prepare(known, arguments, request.argumentCount)
                return .begun(
                    BegunCall(
                        id: request.id, method: method, request: open, filtered: filtered, work: Self.task(known, work))
                )
            }
        } catch {
            connection.closeRequest(open)
            let text = self.text(error, of: method)
            filtered?.end(error: text)
            return fail(text, id: request.id, connection, &writer)
        }
    }

    private func call(
        _ request: DogeEnvelope.Request, _ method: DogeMethod, _ bytes: RawSpan, _ connection: Connection
    ) throws -> DogeCall {
        let meta: [String: String]
        do {
            meta = try request.meta.map { try DogeRequest.meta(bytes.extracting($0)) } ?? [:]
        } catch {
            throw DogeError("the meta is not UTF-8")
        }
        return DogeCall(
            method: method.name, meta: meta, isNotification: request.id == nil, peer: connection.peer, logger: logger)
    }

    private static func task(_ call: DogeCall?, _ work: @escaping DogeMethod.Work) -> DogeMethod.Work {
        guard let call else { return work }
        return { try await DogeCall.$current.withValue(call) { try await work() } }
    }

    /// What to tell a client of an error that a method has thrown.
    func text(_ error: any Error, of method: DogeMethod) -> String {
        if let error = error as? DogeError { return error.description }
        logger.event(.error, "method_failed", ["method": method.name, "error": "\(error)"])
        return "internal error"
    }

    /// Writes an error, if anybody waits for one.
    func fail(
        _ text: String, id: Int64?, _ connection: Connection, _ writer: inout MessagePackWriter
    ) -> DogeStep {
        connection.countError()
        guard let id else { return .silence }
        writer.clear()
        writer.writeReply(id: id, error: text)
        return .reply
    }
}

extension RawSpan {
    /// Whether the first byte is that of an array, as it is of every message.
    fileprivate var beginsArray: Bool {
        let first = unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        return first & 0xF0 == 0x90 || first == 0xDC || first == 0xDD
    }

    /// Whether the first byte is a capital letter, as it is of a request's method elsewhere.
    fileprivate var beginsWord: Bool {
        unsafeLoad(fromByteOffset: 0, as: UInt8.self) &- 0x41 < 26
    }
}
