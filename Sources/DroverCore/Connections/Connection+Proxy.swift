internal import DroverSystem

extension Connection {
    /// Reads the header of a proxy, which stands before everything else, the transport's handshake included.
    ///
    /// Looking at it does not take it out of the socket, so whatever comes behind it stays for the transport.
    func readProxyHeader() async throws(ConnectionError) {
        let isRequired = listener.settings.proxyProtocol == .required
        guard listener.settings.proxyAllowed.contains(peer) else {
            if isRequired { throw .proxyHeader("the peer is none of proxy_allow_ips") }
            return
        }
        let patience = host.isDraining ? min(limits.firstByte, Self.drainingFirstByte) : limits.firstByte
        let deadline = host.clock.milliseconds + patience
        while true {
            switch try lookForProxyHeader() {
            case .header(let header):
                takeProxyHeader(header)
                return
            case .absent:
                if isRequired { throw .proxyHeader("there is none") }
                return
            case .incomplete:
                mayHaveInput = false
                let wakeup = await withUnsafeContinuation { host.park(self, .input, until: deadline, $0) }
                if wakeup != .ready { throw .timedOut(.firstByte) }
            }
        }
    }

    private func lookForProxyHeader() throws(ConnectionError) -> ProxyHeader.Outcome {
        input.reserve(ProxyHeader.longest, from: host.pool)
        defer { input.releaseIfEmpty(to: host.pool) }
        let space = UnsafeMutableRawBufferPointer(rebasing: input.space.prefix(ProxyHeader.longest))
        switch StreamSocket.peek(session.descriptor, into: space) {
        case .bytes(let count):
            let outcome: ProxyHeader.Outcome
            do {
                outcome = try ProxyHeader.parse(
                    RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: space.prefix(count))))
            } catch {
                throw .proxyHeader(error.rawValue)
            }
            // What a peer said that has ended is all there will be.
            if outcome == .incomplete, peerEnded { throw .endOfStream }
            return outcome
        case .wouldBlock: return .incomplete
        case .endOfStream: throw .endOfStream
        case .failed(let code): throw .reset(code: code)
        }
    }

    private func takeProxyHeader(_ header: ProxyHeader) {
        input.reserve(ProxyHeader.longest, from: host.pool)
        _ = StreamSocket.receive(
            session.descriptor, into: UnsafeMutableRawBufferPointer(rebasing: input.space.prefix(header.byteCount)))
        input.releaseIfEmpty(to: host.pool)
        if let client = header.client { peer = client }
    }
}
