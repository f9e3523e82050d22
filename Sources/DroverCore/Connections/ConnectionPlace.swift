/// Where connections wait: what the loop of a worker does for them.
package protocol ConnectionPlace: AnyObject, Sendable {
    /// Stores `continuation` until the socket is ready for `interest` or `deadline` (monotonic ms) has passed.
    func park(
        _ connection: Connection, _ interest: Interest, until deadline: Int64,
        _ continuation: UnsafeContinuation<Wakeup, Never>)

    /// Lets everybody else go on first, and then resumes `continuation`.
    func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>)

    /// Lets the connection with this number look after a nudge, if it still is there; any thread may call it.
    func nudged(token: Int32, id: UInt64)

    /// What runs the connections' tasks; nil for whatever tasks run on.
    var taskExecutor: (any TaskExecutor)? { get }

    /// Hears why a connection of messages breaks.
    func noteEnd(of connection: Connection, _ error: ConnectionError)

    /// Whether other connections wait for the thread that the caller runs on.
    var othersWait: Bool { get }

    /// Notes until when the request on `connection` may run, in monotonic ms; `Int64.max` when it has ended.
    ///
    /// A place with deadlines makes sure that the connection hears of it.
    func limitRequest(_ connection: Connection, until deadline: Int64)

    /// Hands on what the poller has reported about `connection` while its task ran.
    ///
    /// A place whose tasks run on the poller's thread has nothing to hand on.
    func catchUp(_ connection: Connection)
}

// What a place of one connection at a time can do without.
extension ConnectionPlace {
    package func postpone(_ connection: Connection, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        continuation.resume(returning: .ready)
    }

    package func nudged(token: Int32, id: UInt64) {}
    package var taskExecutor: (any TaskExecutor)? { nil }
    package func noteEnd(of connection: Connection, _ error: ConnectionError) {}
    package var othersWait: Bool { false }
    package func limitRequest(_ connection: Connection, until deadline: Int64) { connection.requestDue = deadline }
    package func catchUp(_ connection: Connection) {}
}
