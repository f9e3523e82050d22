import DroverCore

/// The time in which a certificate or a list of revocations in a file counts.
struct Term: Equatable, Sendable {
    /// The part that the certificate or list plays.
    enum Role: String, Sendable {
        /// A certificate of the server's own.
        case own
        /// A certificate that is sent along with the server's own.
        case chain
        /// An authority that clients' certificates are checked by.
        case authority
        /// A list of certificates that such an authority has revoked.
        case revocations
    }

    /// A second, with its text for people.
    struct Moment: Equatable, Sendable {
        /// Seconds since 1970.
        let seconds: Int64
        let text: String
    }

    /// How far a term has got, in the order of time.
    enum Stage: Int, Comparable, Sendable {
        case early, current, lastFortnight, lastDay, over

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    let role: Role
    /// The setting that names the file.
    let node: SettingsNode
    /// The name in the certificate or list.
    let subject: String
    let begin: Moment
    /// The first second at which it does not count any more; nil for never.
    let end: Moment?

    var file: String { node.text ?? "" }

    /// The stage of the term at `now`, in seconds since 1970.
    func stage(at now: Int64) -> Stage {
        if begin.seconds > now { return .early }
        return boundaries.last { $0.begin <= now }?.stage ?? .current
    }

    /// The time of the next stage after `now`; nil if none follows.
    func nextChange(after now: Int64) -> Int64? {
        ([begin.seconds] + boundaries.map(\.begin)).filter { $0 > now }.min()
    }

    private static let day: Int64 = 86_400

    /// The last stages and their beginnings.
    ///
    /// A list of revocations is made anew all the time, so its last days say nothing.
    private var boundaries: [(begin: Int64, stage: Stage)] {
        guard let end = end?.seconds else { return [] }
        if role == .revocations { return [(end, .over)] }
        return [(end - 14 * Self.day, .lastFortnight), (end - Self.day, .lastDay), (end, .over)]
    }

    /// The days that are left of the term at `now`, a day that has begun included; nil for a term without end.
    func daysLeft(at now: Int64) -> Int64? {
        end.map { max($0.seconds - now + Self.day - 1, 0) / Self.day }
    }
}
