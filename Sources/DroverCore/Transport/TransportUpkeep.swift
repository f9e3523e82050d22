public import Logging

/// What a transport has to do in the arbiter while its generation lives, such as renewing what its workers share.
///
/// It runs in the arbiter's loop, which nothing else can use meanwhile: it waits for nobody and starts no thread.
public protocol TransportUpkeep: AnyObject, Sendable {
    /// When there is something to do next, in monotonic milliseconds; nil for never.
    var nextMoment: Int64? { get }
    /// Does what is due.
    func perform(now: Int64, logger: Logger)
}
