internal import NIOCore

/// The connections to one endpoint, and which call goes over which; a value that opens none itself.
///
/// While none is open, one is tried at a time; when it is, the others are opened as well. A call gets the one with the
/// fewest calls. Nothing is tried while there are no calls, and not before a wait is over that grows with each failure.
struct PoolState: Sendable {
    typealias ID = Int

    enum Lease: Sendable, Equatable {
        /// The call goes over this connection.
        case use(ID)
        /// There will be room, or a failure.
        case wait
        /// Nothing can be tried yet.
        case unreachable
    }

    private enum Phase: Sendable {
        case connecting
        case open
        // Gets no more calls, and ends with the last one.
        case retired
    }

    private struct Member: Sendable {
        let id: ID
        var phase = Phase.connecting
        var inFlight = 0
        var hasReplied = false
        var opened = NIODeadline.distantPast
    }

    private let size: Int
    private let maxInFlight: Int
    private let backoff: Backoff
    private var members: [Member] = []
    private var nextID = 0
    private var turn = 0
    // Failures in a row, the last of which was this member's; a reply on a later one ends the row.
    private var failures = 0
    private var lastFailed = -1
    private var notBefore = NIODeadline.distantPast

    init(size: Int, maxInFlight: Int, backoff: Backoff) {
        self.size = max(size, 1)
        self.maxInFlight = max(maxInFlight, 1)
        self.backoff = backoff
    }

    /// How many calls wait for replies.
    var inFlight: Int { members.reduce(0) { $0 + $1.inFlight } }

    /// How many connections calls can be sent over.
    var openCount: Int { members.count { $0.phase == .open } }

    /// Whether there is none, open or other.
    var isEmpty: Bool { members.isEmpty }

    // MARK: Calls

    /// Finds a connection for a call.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - avoided: One that should not be taken if there is another.
    /// - Returns: What becomes of the call, and which connections are to be opened now.
    mutating func take(now: NIODeadline, avoiding avoided: ID? = nil) -> (lease: Lease, connect: [ID]) {
        let open = openCount
        let connecting = members.count { $0.phase == .connecting }
        var connect: [ID] = []
        if now >= notBefore {
            let missing = open > 0 ? size - open - connecting : (connecting > 0 ? 0 : 1)
            for _ in 0..<max(missing, 0) { connect.append(add()) }
        }
        guard open > 0 else {
            return (connecting > 0 || !connect.isEmpty ? .wait : .unreachable, connect)
        }
        guard let place = leastLoaded(avoiding: avoided) else { return (.wait, connect) }
        members[place].inFlight += 1
        return (.use(members[place].id), connect)
    }

    private mutating func leastLoaded(avoiding avoided: ID?) -> Int? {
        var best: Int?
        turn &+= 1
        for step in members.indices {
            let place = (turn &+ step) % members.count
            let member = members[place]
            guard member.phase == .open, member.inFlight < maxInFlight else { continue }
            guard let other = best else {
                best = place
                continue
            }
            let rank = (member.id == avoided ? 1 : 0, member.inFlight)
            if rank < (members[other].id == avoided ? 1 : 0, members[other].inFlight) { best = place }
        }
        return best
    }

    /// A call is over.
    ///
    /// - Returns: Whether the connection is to be closed, as it was retired and this was its last.
    mutating func giveBack(_ id: ID, replied: Bool) -> Bool {
        guard let place = place(of: id) else { return false }
        members[place].inFlight -= 1
        if replied {
            members[place].hasReplied = true
            if id > lastFailed { failures = 0 }
        }
        return members[place].phase == .retired && members[place].inFlight == 0
    }

    // MARK: Connections

    /// A connection is wanted, whether there are calls or not: a probe.
    mutating func probe() -> ID? {
        members.contains { $0.phase == .connecting } ? nil : add()
    }

    /// A connection is open.
    mutating func connected(_ id: ID, now: NIODeadline) {
        guard let place = place(of: id) else { return }
        members[place].phase = .open
        members[place].opened = now
    }

    /// A connection could not be made.
    mutating func connectFailed(_ id: ID, now: NIODeadline, jitter: Double) {
        members.removeAll { $0.id == id }
        failed(id, now: now, jitter: jitter)
    }

    /// A connection has ended.
    mutating func closed(_ id: ID, now: NIODeadline, jitter: Double) {
        guard let place = place(of: id) else { return }
        let member = members.remove(at: place)
        // A server that takes connections only to end them is not asked for the next at once.
        if !member.hasReplied, now - member.opened < Self.shortLife { failed(id, now: now, jitter: jitter) }
    }

    /// A connection gets no more calls, and another is opened in its place.
    ///
    /// - Returns: Whether it is to be closed at once, since no call waits on it.
    mutating func retire(_ id: ID) -> Bool {
        guard let place = place(of: id), members[place].phase == .open else { return false }
        members[place].phase = .retired
        return members[place].inFlight == 0
    }

    private static let shortLife = TimeAmount.seconds(1)

    private mutating func failed(_ id: ID, now: NIODeadline, jitter: Double) {
        failures += 1
        lastFailed = max(lastFailed, id)
        notBefore = now + backoff.wait(after: failures, jitter: jitter)
    }

    private mutating func add() -> ID {
        defer { nextID += 1 }
        members.append(Member(id: nextID))
        return nextID
    }

    private func place(of id: ID) -> Int? { members.firstIndex { $0.id == id } }
}
