import DroverCore

/// Judges terms at a moment: which of them keep a configuration from being used, and which should be put right.
struct TermReview {
    let terms: [Term]
    /// Seconds since 1970.
    let now: Int64

    /// What keeps a configuration from being used.
    ///
    /// A list of revocations that does not count keeps every client out, and so does a bundle without any authority that
    /// counts. An own certificate that does not count is no reason not to start: a server that some clients refuse is
    /// better than none. But a server that serves already should not take such a certificate.
    func issues(hasPredecessor: Bool) -> [SettingsIssue] {
        let wrong = terms.filter { fault(of: $0) != nil }
        return wrong.compactMap { term in
            switch term.role {
            case .revocations:
                issue(term, ", and \(term.stage(at: now) == .early ? "until then" : "with it") no client would get in")
            case .own: hasPredecessor ? issue(term) : nil
            case .chain, .authority: nil
            }
        } + emptyBundles(wrong.filter { $0.role == .authority })
    }

    /// What should be put right; `issues` say the rest.
    var warnings: [SettingsIssue] {
        terms.compactMap { term in
            if term.role == .revocations { return nil }
            if fault(of: term) != nil {
                return issue(term, term.role == .own ? ": clients refuse it, and so does a reload" : "")
            }
            guard term.stage(at: now) > .current, let end = term.end, let days = term.daysLeft(at: now) else {
                return nil
            }
            return term.node.issue(
                "\(name(term)) expires on \(end.text), in \(days) day\(days == 1 ? "" : "s")")
        }
    }

    /// Bundles of which no authority counts, by the first one in each.
    private func emptyBundles(_ wrong: [Term]) -> [SettingsIssue] {
        var files: [String] = []
        for term in wrong where !files.contains(term.file) { files.append(term.file) }
        return files.compactMap { file in
            let members = wrong.filter { $0.file == file }
            let count = terms.count { $0.role == .authority && $0.file == file }
            guard let first = members.first, let fault = fault(of: first), members.count == count else { return nil }
            let others = count == 1 ? "" : ", and so on with \(count - 1) more"
            return first.node.issue("'\(file)' has no authority that counts now: '\(first.subject)' \(fault)\(others)")
        }
    }

    private func issue(_ term: Term, _ consequence: String = "") -> SettingsIssue? {
        fault(of: term).map { term.node.issue("\(name(term)) \($0)\(consequence)") }
    }

    /// The file, and what in it the term is about, to be followed by a verb.
    private func name(_ term: Term) -> String {
        switch term.role {
        case .own, .revocations: "'\(term.file)'"
        case .chain: "'\(term.file)' has '\(term.subject)' in its chain, which"
        case .authority: "'\(term.file)' has the authority '\(term.subject)', which"
        }
    }

    /// Why a term's certificate or list does not count; nil if it does.
    private func fault(of term: Term) -> String? {
        switch term.stage(at: now) {
        case .early: "is not valid before \(term.begin.text)"
        case .over: "has expired on \(term.end?.text ?? "")"
        case .current, .lastFortnight, .lastDay: nil
        }
    }
}
