import DroverCore

/// A PROXY header is one, or is none, from the first byte that decides it on.
enum ProxyTarget {
    private enum Outcome: Equatable {
        case outcome(ProxyHeader.Outcome)
        case mistake(ProxyHeader.Mistake)
    }

    static func check(_ bytes: [UInt8]) {
        let whole = parse(bytes, bytes.count)
        var decided: Outcome?
        for count in 0...min(bytes.count, 300) {
            let outcome = parse(bytes, count)
            if let decided { precondition(outcome == decided) }
            if outcome != .outcome(.incomplete) { decided = outcome }
        }
        if let decided { precondition(decided == whole) }
        if case .outcome(.header(let header)) = whole {
            precondition(header.byteCount <= bytes.count && header.byteCount <= ProxyHeader.longest)
            check(header.facts, of: bytes)
        }
    }

    /// What a proxy has said is said somewhere, and about an encrypted connection only.
    private static func check(_ facts: ProxyFacts?, of bytes: [UInt8]) {
        guard let facts else { return }
        precondition(facts != ProxyFacts() && bytes[12] == 0x21)
        precondition(facts.security == nil || facts.isEncrypted == true)
        precondition(facts.uniqueID.map { (1...128).contains($0.count) } != false)
        precondition(facts.uniqueName.map { (1...256).contains($0.utf8.count) } != false)
    }

    private static func parse(_ bytes: [UInt8], _ count: Int) -> Outcome {
        do throws(ProxyHeader.Mistake) {
            return .outcome(try ProxyHeader.parse(bytes.span.bytes.extracting(0..<count)))
        } catch {
            return .mistake(error)
        }
    }
}
