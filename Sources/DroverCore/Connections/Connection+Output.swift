public import DroverSystem

extension Connection {
    // Gathering more than this delays the peer without saving calls.
    private static let gatherLimit = 65_536

    /// How many bytes are gathered and not yet sent.
    public var pendingOutput: Int { output.count }

    /// Lets `body` append up to `count` bytes to the gathered output.
    @inline(__always)
    public func withOutput<R>(reserving count: Int, _ body: (inout OutputRawSpan) -> R) -> R {
        output.reserve(count, from: host.pool)
        let space = output.space
        var span = OutputRawSpan(buffer: space, initializedCount: 0)
        let result = body(&span)
        output.filled(span.finalize(for: space))
        return result
    }

    /// Appends `bytes` to the output.
    ///
    /// Many bytes are sent at once, without a copy, at the peer's pace.
    ///
    /// - Throws: `ConnectionError` when the peer takes nothing for too long or is gone.
    public func write(_ bytes: [UInt8]) async throws(ConnectionError) {
        if output.count + bytes.count <= Self.gatherLimit {
            bytes.withUnsafeBytes { output.append($0, from: host.pool) }
            return
        }
        var sent = 0
        while sent < bytes.count || !output.isEmpty {
            let result = bytes.withUnsafeBytes {
                session.send(output.bytes, UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
            if let count = try await progress(result) {
                let gathered = min(count, output.count)
                output.drop(gathered)
                sent += count - gathered
            }
        }
    }

    /// Appends `text` in UTF-8 to the output.
    ///
    /// - Throws: as `write(_:)`.
    public func write(_ text: String) async throws(ConnectionError) {
        try await write(Array(text.utf8))
    }

    /// Sends what was gathered.
    ///
    /// - Throws: as `write(_:)`.
    public func flush() async throws(ConnectionError) {
        while !output.isEmpty {
            let result = session.send(output.bytes, UnsafeRawBufferPointer(start: nil, count: 0))
            if let count = try await progress(result) { output.drop(count) }
        }
    }

    /// Sends `count` bytes of an open file from `offset` on, together with what was gathered; sendfile(2) where the
    /// transport can.
    ///
    /// - Throws: as `write(_:)`; `.endOfStream` when the file is shorter.
    public func sendFile(_ file: borrowing Descriptor, offset: Int64, count: Int) async throws(ConnectionError) {
        if count <= 0 { return }
        let number = file.raw
        var sent = 0
        var turn = 0
        while sent < count {
            let part = FilePart(
                of: number, offset: offset + Int64(sent), count: min(count - sent, Self.largestFilePiece))
            let result = session.send(output.bytes, part)
            if case .endOfStream = result { throw .endOfStream }
            guard let step = try await progress(result) else {
                turn = 0
                continue
            }
            let gathered = min(step, output.count)
            output.drop(gathered)
            sent += step - gathered
            turn += step - gathered
            // A peer that takes everything at once must not have the loop to itself.
            if turn >= Self.largestFileTurn, sent < count {
                turn = 0
                await takeTurns()
            }
        }
    }

    private static let largestFilePiece = 1 << 20
    private static let largestFileTurn = 2 << 20

    /// What one attempt to send has moved; nil after a wait for room.
    private func progress(_ result: TransferResult) async throws(ConnectionError) -> Int? {
        switch result {
        case .bytes(let count):
            host.ledger.count(.bytesSent, count)
            return count
        case .endOfStream: return 0
        case .wouldBlock:
            mayHaveRoom = false
            try await waitForRoom()
            return nil
        case .failed(let code):
            abandonOutput()
            throw session.failure.map { .broken($0) } ?? .reset(code: code)
        }
    }

    private func waitForRoom() async throws(ConnectionError) {
        while !mayHaveRoom {
            let deadline = host.clock.milliseconds + limits.write
            switch await withUnsafeContinuation({ host.park(self, .output, until: deadline, $0) }) {
            case .ready, .nudged, .draining, .rest: continue
            case .timedOut, .stopping:
                abandonOutput()
                throw .timedOut(requestTimedOut ? .request : .write)
            }
        }
    }

    /// Drops what was not sent yet and lets the connection's end reach the peer as a reset, for a peer that would take an
    /// orderly end for more than it is.
    public func reset() {
        output.clear(to: host.pool)
        peerEnded = true
        isCutOff = true
        session.resetAtClose()
    }

    // Nobody will take it any more; without this the closing flush would try again.
    private func abandonOutput() {
        countError()
        output.clear(to: host.pool)
        peerEnded = true
        isCutOff = true
    }
}
