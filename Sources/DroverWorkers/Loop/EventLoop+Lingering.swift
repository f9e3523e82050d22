internal import DroverCore

// Connections that have been answered and whose peers may still be sending. They have no task and hold no buffer; the loop
// throws away what comes, each turn a part of it.

extension EventLoop {
    /// How many connections are served; those that linger have been answered and do not count.
    var served: Int { connections.count - lingering.count }

    /// Keeps a connection that has said its last words until its peer ends.
    func linger(_ connection: Connection) {
        connection.endTask()
        lingering.append(connection)
        context.row.setLingering(lingering.count)
        discard(connection)
    }

    /// Throws away what the peer of a lingering connection has sent.
    func discard(_ connection: Connection) {
        switch connection.discardInput() {
        case .waits: break
        case .goesOn:
            connection.awaitsTurn = true
            nextTurn.add(connection, to: .discards)
        case .over: return dismiss(connection)
        }
        if connection.isPolled || poll(connection) {
            enter(connection)
        } else if !connection.isClosed {
            dismiss(connection)
        }
    }
}
