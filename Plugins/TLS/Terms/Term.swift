import DroverCore

/// From when until when something in a file counts.
struct Term: Equatable, Sendable {
    /// What it is there for.
    enum Role: String, Sendable {
        /// A certificate of the server's own.
        case own
        /// One that is sent along with it.
        case chain
        /// An authority that clients' certificates are checked by.
        case authority
        /// A list of certificates that such an authority has revoked.
        case revocations
    }

    /// A second, and how people write it.
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
    /// Whose it is.
    let subject: String
    let begin: Moment
    /// The first second at which it does not count any more; nil for never.
    let end: Moment?

    var file: String { node.text ?? "" }

    /// Where it is at `now`, in seconds since 1970.
    func stage(at now: Int64) -> Stage {
        if begin.seconds > now { return .early }
        return boundaries.last { $0.begin <= now }?.stage ?? .current
    }

    /// When it gets to its next stage.
    func nextChange(after now: Int64) -> Int64? {
        ([begin.seconds] + boundaries.map(\.begin)).filter { $0 > now }.min()
    }

    private static let day: Int64 = 86_400

    /// When its last stages begin.
    ///
    /// A list of revocations is made anew all the time, so that its last days say nothing.
    private var boundaries: [(begin: Int64, stage: Stage)] {
        guard let end = end?.seconds else { return [] }
        if role == .revocations { return [(end, .over)] }
        return [(end - 14 * Self.day, .lastFortnight), (end - Self.day, .lastDay), (end, .over)]
    }

    /// How many days are left of it at `now`, the one that has begun too; nil for a term without end.
    func daysLeft(at now: Int64) -> Int64? {
        end.map { max($0.seconds - now + Self.day - 1, 0) / Self.day }
    }
}
