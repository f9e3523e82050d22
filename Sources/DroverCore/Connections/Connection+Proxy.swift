internal import DroverSystem

extension Connection {
    /// What a proxy in front has said about the client's connection to it, in version 2 of the PROXY protocol; nil if it
    /// has said nothing but addresses.
    ///
    /// Only peers in `proxy_allow_ips` are listened to, and only where `proxy_protocol` is on.
    public var proxied: ProxyFacts? { noted?.proxied }

    /// Whether the client's bytes are kept secret where it sends them: to the proxy, as that says, or else to this server.
    public var isClientEncrypted: Bool { noted?.proxied?.isEncrypted ?? isEncrypted }

    /// Reads the header of a proxy, which stands before everything else, the transport's handshake included.
    ///
    /// Looking at it does not take it out of the socket, so whatever comes behind it stays for the transport.
    func readProxyHeader() async throws(ConnectionError) {
        let isRequired = spoken.settings.proxyProtocol == .required
        guard spoken.settings.proxyAllowed.contains(peer) else {
            if isRequired { throw refusal("the peer is none of proxy_allow_ips") }
            return
        }
        let patience = host.isDraining ? min(limits.firstByte, Self.drainingPause) : limits.firstByte
        let deadline = host.clock.milliseconds + patience
        while true {
            switch try lookForProxyHeader() {
            case .header(let header):
                takeProxyHeader(header)
                return
            case .absent:
                if isRequired { throw refusal("there is none") }
                return
            case .incomplete:
                mayHaveInput = false
                if await wait(for: .input, until: deadline) != .ready { throw .timedOut(.firstByte) }
            }
        }
    }

    private func refusal(_ reason: String) -> ConnectionError {
        countError()
        return .proxyHeader(reason)
    }

    private func lookForProxyHeader() throws(ConnectionError) -> ProxyHeader.Outcome {
        input.reserve(ProxyHeader.longest, from: host.pool)
        defer { input.releaseIfEmpty(to: host.pool) }
        var seen: Result<ProxyHeader.Outcome, ProxyHeader.Mistake>?
        let result = input.withScratch(upTo: ProxyHeader.longest) { space in
            let result = session.socket.peek(into: &space)
            if case .bytes = result {
                seen = Result { () throws(ProxyHeader.Mistake) in try ProxyHeader.parse(space.bytes) }
            }
            return result
        }
        switch result {
        case .bytes:
            let outcome: ProxyHeader.Outcome
            switch seen {
            case .success(let found): outcome = found
            case .failure(let fault): throw refusal(fault.rawValue)
            case nil: outcome = .incomplete
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
        _ = input.withScratch(upTo: header.byteCount) { session.socket.receive(into: &$0) }
        input.releaseIfEmpty(to: host.pool)
        if let client = header.client { peer = client }
        if let facts = header.facts { noted = ConnectionFacts(proxied: facts) }
    }
}
