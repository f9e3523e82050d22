internal import NIOCore

/// Tasks that wait for something, first come first served, each until its deadline.
struct WaitingLine<Value: Sendable>: Sendable {
    typealias Continuation = CheckedContinuation<Value, any Error>

    private struct Waiting: Sendable {
        let ticket: Int
        let deadline: NIODeadline
        let continuation: Continuation
    }

    private var waiting: [Waiting] = []
    private var nextTicket = 0
    private(set) var alarm = Alarm()

    var isEmpty: Bool { waiting.isEmpty }

    /// A number to wait and to give up under.
    mutating func takeTicket() -> Int {
        defer { nextTicket += 1 }
        return nextTicket
    }

    /// Waits.
    ///
    /// - Returns: Whether ``expire(now:)`` is to be called at `deadline`.
    mutating func add(_ ticket: Int, until deadline: NIODeadline, _ continuation: Continuation) -> Bool {
        waiting.append(Waiting(ticket: ticket, deadline: deadline, continuation: continuation))
        return alarm.set(for: deadline)
    }

    /// Gives up.
    mutating func remove(_ ticket: Int) -> Continuation? {
        guard let place = waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return waiting.remove(at: place).continuation
    }

    /// The first in the line leaves it.
    mutating func removeFirst() -> Continuation {
        waiting.removeFirst().continuation
    }

    /// All leave the line.
    mutating func removeAll() -> [Continuation] {
        defer { waiting = [] }
        return waiting.map(\.continuation)
    }

    /// Those whose time is over leave the line.
    ///
    /// - Returns: They, and when to call this next.
    mutating func expire(now: NIODeadline) -> (late: [Continuation], next: NIODeadline?) {
        let late = waiting.filter { $0.deadline <= now }.map(\.continuation)
        if !late.isEmpty { waiting.removeAll { $0.deadline <= now } }
        return (late, alarm.rang(now: now, nearest: waiting.lazy.map(\.deadline).min()))
    }
}
