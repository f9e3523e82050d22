internal import DroverBytes
internal import DroverCore
internal import DroverLineRPCMessages
internal import Logging

// What a message asks for, and how it is answered.

extension RPCSession {
    /// Handles the message that lies in `range` of what has been received; of a batch only the beginning.
    mutating func receive(_ bytes: RawSpan, _ range: Range<Int>, _ taking: Int) {
        let message = bytes.extracting(range)
        var scanner = JSONScanner(maximumDepth: settings.maxDepth)
        do throws(JSONFault) {
            scanner.skipSpace(message)
            // An empty line means nothing; some clients keep connections alive with it.
            if scanner.offset == message.byteCount { return }
            if message.byte(scanner.offset) == UInt8(ascii: "[") {
                return try openBatch(message, &scanner, at: range.lowerBound, taking)
            }
            let envelope = try Envelope(message, &scanner)
            try scanner.expectEnd(message)
            answer(envelope, message, in: nil)
        } catch {
            if case .tooDeep(let limit) = error {
                fail(.invalidRequest("arrays and objects lie more than \(limit) deep (line_rpc.max_depth)"), id: nil)
            } else {
                fail(.parseError(error.reason), id: nil)
            }
        }
    }

    private mutating func answer(_ envelope: Envelope, _ message: RawSpan, in batch: BatchReply?) {
        // Answering an answer could go on for ever.
        if envelope.isReply { return connection.countError() }
        if let fault = envelope.requestFault(message) {
            let id = envelope.answerableID(message).map { message.copy($0) }
            return fail(.invalidRequest(fault), id: id, in: batch)
        }
        guard let name = envelope.method else { return }
        let idRange = envelope.id
        guard let method = find(name, message) else {
            guard let idRange else { return connection.countError() }
            let text = JSONCoding.text(name, in: message)
            return fail(.methodNotFound(String(text.prefix(100))), id: message.copy(idRange), in: batch)
        }
        if let batch, let idRange, batch.isFull {
            return fail(tooLargeForBatch, id: message.copy(idRange), in: batch)
        }
        let params = envelope.params ?? 0..<0
        let call = RPCCall(peer: RPCPeer(channel: memory.channel), isNotification: idRange == nil)
        let request = connection.openRequest(message.extracting(name.range))
        switch method.body {
        case .inline(let run):
            do {
                memory.writer.clear()
                memory.writer.beginResult(id: message.extracting(idRange ?? 0..<0))
                try run(call, message.extracting(params), &memory.writer.bytes)
                memory.writer.end()
                connection.closeRequest(request)
                if let idRange { deliver(to: batch, id: message.copy(idRange)) }
            } catch {
                connection.closeRequest(request)
                let answer = rpcError(error, in: method.name)
                if let idRange { fail(answer, id: message.copy(idRange), in: batch) }
            }
        case .beside(let prepare):
            do {
                let work = try prepare(call, message.extracting(params))
                start(method, id: idRange.map { message.copy($0) }, request, in: batch, work)
            } catch {
                connection.closeRequest(request)
                let answer = rpcError(error, in: method.name)
                if let idRange { fail(answer, id: message.copy(idRange), in: batch) }
            }
        }
    }

    private func find(_ name: JSONTextRange, _ message: RawSpan) -> RPCMethod? {
        if !name.hasEscapes { return server.methods.find(message.extracting(name.range)) }
        return server.methods.find(Array(JSONCoding.text(name, in: message).utf8).span.bytes)
    }

    // MARK: Batches

    private mutating func openBatch(
        _ message: RawSpan, _ scanner: inout JSONScanner, at start: Int, _ taking: Int
    ) throws(JSONFault) {
        var calls: [Range<Int>] = []
        var count = 0
        try scanner.open(.array)
        if try !scanner.closes(message, UInt8(ascii: "]")) {
            while true {
                let call = try scanner.skipValue(message)
                count += 1
                if count <= settings.maxBatch { calls.append(start + call.lowerBound..<start + call.upperBound) }
                if try scanner.closes(message, UInt8(ascii: "]")) { break }
                try scanner.expect(UInt8(ascii: ","), message)
            }
        }
        try scanner.expectEnd(message)
        if count == 0 { return fail(.invalidRequest("a batch must not be empty"), id: nil) }
        if count > settings.maxBatch {
            let reason = "a batch of \(count) is larger than \(settings.maxBatch) (line_rpc.max_batch)"
            return fail(.invalidRequest(reason), id: nil)
        }
        memory.batch = OpenBatch(calls: calls, taking: taking)
    }

    /// Goes through the batch until it ends, as many calls are in progress as may be, or others have their turn.
    mutating func continueBatch() {
        guard var batch = memory.batch else { return }
        connection.withBuffered { bytes in
            while batch.next < batch.calls.count, memory.calls.count < settings.maxConcurrentCalls, budget > 0 {
                budget -= 1
                let message = bytes.extracting(batch.calls[batch.next])
                batch.next += 1
                var scanner = JSONScanner(maximumDepth: settings.maxDepth)
                // It has been scanned as a part of the batch already.
                if let envelope = try? Envelope(message, &scanner) { answer(envelope, message, in: batch.reply) }
            }
        }
        guard batch.next == batch.calls.count else {
            memory.batch = batch
            return
        }
        memory.batch = nil
        connection.consume(batch.taking)
        batch.reply.isClosed = true
        completeIfEnded(batch.reply)
    }

    /// Sends the reply to a batch if all of its calls have ended; there is none if all were notifications.
    func completeIfEnded(_ batch: BatchReply) {
        guard batch.isComplete, !batch.bytes.isEmpty else { return }
        put(settings.framing.framed(batch.bytes + [UInt8(ascii: "]")]))
    }

    // MARK: Replies

    /// What to answer to an error that a method has thrown.
    func rpcError(_ error: any Error, in method: String) -> RPCError {
        if let error = error as? RPCError { return error }
        server.logger.event(.error, "method_failed", ["method": method, "peer": connection.peer, "error": "\(error)"])
        return .internalError
    }

    /// Answers with an error.
    mutating func fail(_ error: RPCError, id: [UInt8]?, in batch: BatchReply? = nil) {
        connection.countError()
        memory.writer.clear()
        memory.writer.error(error, id: id)
        guard let batch else { return deliver() }
        // A method's own error may be as long as a result.
        if batch.bytes.count + memory.writer.bytes.count > settings.maxBatchReply {
            batch.isFull = true
            memory.writer.clear()
            memory.writer.error(tooLargeForBatch, id: id)
        }
        batch.append(memory.writer.bytes)
    }

    private var tooLargeForBatch: RPCError {
        RPCError(
            -32001, "The reply to the batch is longer than \(settings.maxBatchReply) bytes (line_rpc.max_batch_reply)")
    }

    /// Puts the result that has been written where it belongs; in a batch that gets too large there is no room for it.
    mutating func deliver(to batch: BatchReply?, id: @autoclosure () -> [UInt8]) {
        guard let batch else { return deliver() }
        let reply = memory.writer.bytes
        if batch.bytes.count + reply.count <= settings.maxBatchReply { return batch.append(reply) }
        batch.isFull = true
        fail(tooLargeForBatch, id: id(), in: batch)
    }

    /// Sends the reply that has been written.
    private mutating func deliver() {
        switch settings.framing {
        case .line: memory.writer.bytes.append(UInt8(ascii: "\n"))
        case .header: put(settings.framing.head(memory.writer.bytes.count))
        }
        put(memory.writer.bytes)
    }

    /// Puts bytes into the connection's output.
    func put(_ bytes: [UInt8]) {
        connection.withOutput(reserving: bytes.count) { $0.append(bytes: bytes.span.bytes) }
    }
}

extension RawSpan {
    /// A copy of the bytes in `range`.
    fileprivate func copy(_ range: Range<Int>) -> [UInt8] {
        [UInt8](copying: extracting(range))
    }
}
