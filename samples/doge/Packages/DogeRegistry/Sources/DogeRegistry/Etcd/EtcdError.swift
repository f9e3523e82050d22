/// What can go wrong between a client and etcd.
public enum EtcdError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No member of the cluster gave a usable answer; a reason for each.
    case unreachable([String])
    /// A member refused the request, with a status and its own words.
    case refused(status: Int, message: String)
    /// The lease has expired, or its etcd has lost it.
    case leaseLost
    /// A member answered something that is not an answer to the question.
    case nonsense(String)
    /// It took too long.
    case timedOut
    /// What a watch was to begin with is not kept any more.
    case compacted

    /// One line.
    public var description: String {
        switch self {
        case .unreachable(let reasons): "no member of etcd answers: " + reasons.joined(separator: "; ")
        case .refused(let status, let message): "etcd refuses with \(status): \(message)"
        case .leaseLost: "etcd does not know the lease any more"
        case .nonsense(let what): "etcd's answer makes no sense: \(what)"
        case .timedOut: "no answer in time"
        case .compacted: "etcd has forgotten the revision to watch from"
        }
    }
}
