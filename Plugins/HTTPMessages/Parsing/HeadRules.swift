/// What must hold between the fields of a head when all of them are known.
enum HeadRules {
    /// Refuses a head that breaks a rule.
    @inline(__always)
    static func check(_ head: inout RequestHead, _ bytes: RawSpan, _ limits: HeadLimits) throws(HeadRejection) {
        let facts = head.facts
        if facts.contains(.host) {
            guard HostRules.isHost(head.meaning.host, bytes) else { throw .host }
        } else if head.version == .http11 {
            throw .hostMissing
        }
        // Most requests have none of the rest.
        if !facts.isDisjoint(with: .concernsBody) { try checkBody(&head, limits) }
    }

    private static func checkBody(_ head: inout RequestHead, _ limits: HeadLimits) throws(HeadRejection) {
        if head.facts.contains(.chunked) {
            if head.version == .http10 { throw .transferEncodingInHTTP10 }
            if head.facts.contains(.contentLength) { throw .transferEncodingWithLength }
        }
        if head.hasBody, head.methodCode == .connect || head.methodCode == .trace { throw .bodyForbidden }
        if head.contentLength > limits.body { throw .bodySize }
        // RFC 9110 section 10.1.1: an HTTP/1.0 peer does not know what it says there.
        if head.version == .http10 {
            head.meaning.facts.subtract(.expects)
        } else if head.facts.contains(.expectsOther) {
            throw .expectation
        }
    }
}
