/// Remembers what was said about terms, so that each stage of one is said once.
struct TermWatch {
    private var entries: [(term: Term, said: Term.Stage?)]

    init(_ terms: [Term]) {
        entries = terms.map { ($0, nil) }
    }

    /// What there is to say at `now`, in seconds since 1970.
    mutating func news(at now: Int64) -> [(term: Term, stage: Term.Stage)] {
        var news: [(term: Term, stage: Term.Stage)] = []
        for index in entries.indices {
            let (term, said) = entries[index]
            let stage = term.stage(at: now)
            // A clock that goes back makes nothing new.
            if let said, said >= stage { continue }
            entries[index].said = stage
            if stage != .current { news.append((term, stage)) }
        }
        return news
    }

    /// For how many seconds after `now` there is nothing to say; nil for ever.
    ///
    /// A day at most: a clock that was wrong when the server started may have been put right since.
    func pause(at now: Int64) -> Int64? {
        entries.compactMap { $0.term.nextChange(after: now) }.min().map { min($0 - now, 86_400) }
    }
}
