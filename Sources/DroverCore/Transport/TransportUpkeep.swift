public import Logging

/// What a transport has to do in the arbiter while its generation lives, such as renewing what its workers share.
///
/// It runs in the arbiter's loop, which nothing else can use meanwhile: it does not wait and starts no thread.
public protocol TransportUpkeep: AnyObject {
    /// When there is something to do next, in monotonic milliseconds; nil for never.
    var nextMoment: Int64? { get }
    /// Does what is due.
    func perform(now: Int64, logger: Logger)
    /// Lets workers that run go on with the files that `newer`, which was made of the same settings, has read.
    ///
    /// A reload asks for it that finds nothing else changed, and starts no new workers then.
    func renew(from newer: any TransportUpkeep, logger: Logger) -> TransportRenewal
}

/// What has come of files that a reload has read again.
public enum TransportRenewal: Sendable {
    /// They hold what they held.
    case unchanged
    /// Everybody goes on with what they hold now.
    case renewed
    /// They hold something else, which only new workers can have.
    case needsWorkers
}

extension TransportUpkeep {
    /// A transport that reads no files has nothing new.
    public func renew(from newer: any TransportUpkeep, logger: Logger) -> TransportRenewal { .unchanged }
}
