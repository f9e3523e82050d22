import DroverCore
import Logging

extension Logger {
    /// Says that a term has come to a stage that the operator should know of.
    func report(_ term: Term, _ stage: Term.Stage, at now: Int64) {
        let (kind, subject, end) = (term.role.rawValue, term.subject, term.end?.text ?? "")
        switch stage {
        case .current: break
        case .early:
            event(
                .warning, "certificate_not_valid_yet",
                ["kind": kind, "subject": subject, "file": term.file, "begins": term.begin.text])
        case .lastFortnight, .lastDay:
            event(
                .warning, "certificate_expiring",
                [
                    "kind": kind, "subject": subject, "file": term.file, "expires": end,
                    "days": term.daysLeft(at: now) ?? 0,
                ])
        case .over where term.role == .revocations:
            event(.warning, "revocations_expired", ["issuer": subject, "file": term.file, "expired": end])
        case .over where term.role == .own:
            event(
                .warning, "certificate_expired",
                [
                    "kind": kind, "subject": subject, "file": term.file, "expired": end,
                    "advice": "renew it: clients refuse it, and so does a reload",
                ])
        case .over:
            event(
                .warning, "certificate_expired",
                ["kind": kind, "subject": subject, "file": term.file, "expired": end])
        }
    }
}
