internal import DroverCore

/// Connections that have had their share of a turn and go on in the next one, so that a peer which never lets the loop wait
/// keeps no other waiting.
final class NextTurn {
    /// How a connection goes on.
    enum Line {
        /// Its task does.
        case tasks
        /// The loop takes its next step.
        case steps
        /// The loop throws away more of what a lingering one sends.
        case discards
    }

    /// The connections of a turn, in the order in which they came.
    struct Lists {
        var tasks: [Connection] = []
        var steps: [Connection] = []
        var discards: [Connection] = []
    }

    /// Whether there are none, which is asked in every turn.
    private(set) var isEmpty = true
    private var lists = Lists()
    // Empty, with the memory of an earlier turn's, so that a turn needs none.
    private var spare = Lists()

    /// Adds a connection to the end of `line`.
    func add(_ connection: Connection, to line: Line) {
        isEmpty = false
        switch line {
        case .tasks: lists.tasks.append(connection)
        case .steps: lists.steps.append(connection)
        case .discards: lists.discards.append(connection)
        }
    }

    /// Takes all out; what comes from now on is for the turn after this one.
    func take() -> Lists {
        var taken = Lists()
        swap(&taken, &lists)
        swap(&lists, &spare)
        isEmpty = true
        return taken
    }

    /// Takes lists back whose connections have gone on.
    func takeBack(_ done: consuming Lists) {
        done.tasks.removeAll(keepingCapacity: true)
        done.steps.removeAll(keepingCapacity: true)
        done.discards.removeAll(keepingCapacity: true)
        spare = done
    }
}
