extension ByteStream {
    /// Goes through the transport's handshake until it is complete, or the peer turns out not to speak its language.
    ///
    /// - Throws: `ConnectionError.handshake` with the reason when it fails, `.timedOut` when `deadline` (monotonic ms) passes.
    final func shakeHands(until deadline: Int64) async throws(ConnectionError) -> HandshakeStep {
        while true {
            let step: HandshakeStep
            do {
                step = try session.handshake()
            } catch {
                noteError()
                throw fault(.handshake("\(error)"))
            }
            let interest: Interest
            switch step {
            case .complete(let handshake):
                // What came along with the last part will not be reported again; else there is nothing to look for.
                if handshake.hasEmptiedSocket { mayHaveInput = session.holdsInput || peerEnded }
                return step
            case .foreign: return step
            case .wantsInput: interest = .input
            case .wantsOutput: interest = .output
            }
            switch await wait(for: interest, until: deadline) {
            case .ready: continue
            case .cancelled: throw fault(.cancelled)
            case .timedOut, .rest, .nudged, .draining, .stopping:
                noteError()
                throw fault(.timedOut(.handshake))
            }
        }
    }
}
