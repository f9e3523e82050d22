internal import DroverBytes
public import DroverSystem

extension ByteStream {
    // Gathering more than this delays the peer without saving calls.
    private static var gatherLimit: Int { 65_536 }

    /// How many bytes are gathered and not yet sent.
    public final var pendingOutput: Int { output.count }

    /// Lets `body` append up to `count` bytes to the gathered output.
    @inline(__always)
    public final func withOutput<R>(reserving count: Int, _ body: (inout OutputRawSpan) -> R) -> R {
        output.reserve(count, from: home.pool)
        return output.append(body)
    }

    /// Appends `bytes` to the output.
    ///
    /// Many bytes are sent at once, without a copy, at the peer's pace.
    ///
    /// - Throws: `ConnectionError` when the peer takes nothing for too long or is gone.
    public final func write(_ bytes: [UInt8]) async throws(ConnectionError) {
        if output.count + bytes.count <= Self.gatherLimit {
            return withOutput(reserving: bytes.count) { $0.append(bytes: bytes.span.bytes) }
        }
        var sent = 0
        while sent < bytes.count || !output.isEmpty {
            let result = session.send(output.bytes, bytes.span.bytes.extracting(sent...))
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
    public final func write(_ text: String) async throws(ConnectionError) {
        try await write(Array(text.utf8))
    }

    /// Sends what was gathered.
    ///
    /// - Throws: as `write(_:)`.
    public final func flush() async throws(ConnectionError) {
        while !output.isEmpty {
            let result = session.send(output.bytes, RawSpan())
            if let count = try await progress(result) { output.drop(count) }
        }
    }

    /// Sends `count` bytes of an open file from `offset` on, together with what was gathered; sendfile(2) where the
    /// transport can.
    ///
    /// - Throws: as `write(_:)`; `.endOfStream` when the file is shorter.
    public final func sendFile(_ file: borrowing Descriptor, offset: Int64, count: Int) async throws(ConnectionError) {
        if count <= 0 { return }
        let number = file.raw
        var sent = 0
        var turn = 0
        while sent < count {
            let part = FilePart(
                of: number, offset: offset + Int64(sent), count: min(count - sent, Self.largestFilePiece))
            let result = session.send(output.bytes, part)
            if case .endOfStream = result { throw fault(.endOfStream) }
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

    private static var largestFilePiece: Int { 1 << 20 }
    private static var largestFileTurn: Int { 2 << 20 }

    /// What one attempt to send has moved; nil after a wait for room.
    private final func progress(_ result: TransferResult) async throws(ConnectionError) -> Int? {
        switch result {
        case .bytes(let count):
            noteSent(count)
            return count
        case .endOfStream: return 0
        case .wouldBlock:
            mayHaveRoom = false
            try await waitForRoom()
            return nil
        case .failed(let code): throw failToSend(code)
        }
    }

    /// Sends what was gathered as far as the socket takes it now.
    ///
    /// - Returns: Whether it took all of it; a failure shows when a task waits for room.
    @inline(__always)
    final func sendAtOnce() -> Bool {
        while !output.isEmpty {
            guard case .bytes(let count) = session.send(output.bytes, RawSpan()) else { return false }
            noteSent(count)
            output.drop(count)
        }
        return true
    }

    /// Sends what was gathered as far as the socket takes it now.
    ///
    /// - Returns: Whether it took all of it.
    /// - Throws: `ConnectionError` when the peer is gone.
    final func sendSome() throws(ConnectionError) -> Bool {
        while !output.isEmpty {
            switch session.send(output.bytes, RawSpan()) {
            case .bytes(let count):
                noteSent(count)
                output.drop(count)
            case .endOfStream, .wouldBlock:
                mayHaveRoom = false
                return false
            case .failed(let code): throw failToSend(code)
            }
        }
        return true
    }

    private final func failToSend(_ code: Int32) -> ConnectionError {
        abandonOutput()
        return fault(session.failure.map { .broken($0) } ?? .reset(code: code))
    }

    private final func waitForRoom() async throws(ConnectionError) {
        while !mayHaveRoom {
            switch await wait(for: .output, until: outputDeadline()) {
            case .ready, .nudged, .draining, .rest: continue
            case .cancelled: throw fault(.cancelled)
            case .timedOut, .stopping:
                abandonOutput()
                throw fault(.timedOut(deadline(of: .output)))
            }
        }
    }

    /// Drops what was not sent yet and lets the stream's end reach the peer as a reset, for a peer that would take an
    /// orderly end for more than it is.
    public final func reset() {
        output.clear(to: home.pool)
        peerEnded = true
        isCutOff = true
        session.socket.resetAtClose()
    }

    // The peer will not take it any more; without this the closing flush would try again.
    final func abandonOutput() {
        noteError()
        output.clear(to: home.pool)
        peerEnded = true
        isCutOff = true
    }
}
