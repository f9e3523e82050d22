package import DroverSystem

/// The unix socket through which people and programs talk to the arbiter.
///
/// It belongs to the arbiter's loop and never blocks it: it polls its own descriptors with a poller of its own, which the
/// loop polls as one descriptor. Clients, their requests and their answers are bounded; a client that is slow to ask or
/// slow to read is dropped at a deadline, one that waits for an outcome may wait.
package final class ControlSocket {
    /// A request to act on; answer it by the client's number, which no other client ever gets.
    package struct Call: Equatable, Sendable {
        package let client: Int
        package let request: ControlRequest
    }

    static let clientLimit = 16
    static let patience: Int64 = 5_000
    static let longestAnswer = 4 << 20
    private static let pause: Int64 = 200
    private static let listenerWord: UInt64 = 0

    /// Where it is.
    package private(set) var path: String
    private let poller: Poller
    private var listener: Listener?
    private let owner: UInt32
    private var identity: FileIdentity?
    private var clients: [Int: ControlConnection] = [:]
    private var lastClient = 0
    private var resumesAt: Int64?

    /// Listens at `path`; a name that a dead process has left there is replaced.
    ///
    /// - Throws: `ControlSocketError` when a living process listens there, or `SystemError`.
    package init(path: String) throws {
        switch UnixSocketName.state(of: path) {
        case .absent: break
        case .leftOver: try removeFile(path)
        case .answered: throw ControlSocketError.taken(path)
        case .otherFile: throw ControlSocketError.otherFile(path)
        }
        let poller = try Poller(capacity: Self.clientLimit + 1)
        let listener = try Self.listen(path)
        try poller.add(listener.descriptor, .readable, word: Self.listenerWord)
        self.path = path
        self.poller = poller
        self.listener = listener
        owner = effectiveUser
        identity = FileIdentity(path: path)
    }

    private static func listen(_ path: String) throws -> Listener {
        do throws(SystemError) {
            return Listener(try ListeningSocket(privateAt: path, backlog: clientLimit))
        } catch  where error.code == SystemError.addressInUse {
            // Another process was faster.
            throw ControlSocketError.taken(path)
        }
    }

    // MARK: For the loop

    /// What the loop polls for input: `serve` is due when it has some.
    package var descriptor: Int32 { poller.raw }

    /// Everything it has open, which forked children close.
    ///
    /// A child that kept them would keep the path answering and the clients waiting after the arbiter is gone.
    package var descriptors: [Int32] {
        [poller.raw] + (listener.map { [$0.descriptor] } ?? []) + clients.values.map(\.descriptor)
    }

    /// When `serve` is due even without input; monotonic ms.
    package var nextDeadline: Int64? {
        (clients.values.compactMap(\.deadline) + (resumesAt.map { [$0] } ?? [])).min()
    }

    /// Takes new clients, reads what they want, sends what they still get, and drops who is too slow.
    ///
    /// What cannot be understood is answered here.
    package func serve(now: Int64) -> [Call] {
        var calls: [Call] = []
        for index in 0..<((try? poller.wait(milliseconds: 0)) ?? 0) {
            let report = poller.report(index)
            if report.word == Self.listenerWord {
                accept(now)
            } else if let call = serve(Int(report.word), report.events, now) {
                calls.append(call)
            }
        }
        expire(now)
        return calls
    }

    /// Answers a client and lets it go; one that has gone meanwhile gets nothing.
    package func answer(_ client: Int, _ answer: ControlAnswer, now: Int64) {
        guard let connection = clients[client] else { return }
        if case .answering = connection.stage { return }
        var bytes = answer.wireForm
        if bytes.count > Self.longestAnswer {
            bytes = ControlAnswer(status: 1, text: "the answer is longer than \(Self.longestAnswer) bytes").wireForm
        }
        connection.say(bytes, deadline: now + Self.patience)
        flush(client, connection)
    }

    /// Answers a client with the outcome of its command, in the form it asked for.
    package func conclude(_ client: Int, status: Int32, outcome: String, now: Int64) {
        answer(client, ControlAnswer(status: status, outcome: outcome, for: clients[client]?.request), now: now)
    }

    /// Moves to another path in the place of whatever has it, as an arbiter does that replaces another.
    package func rename(to newPath: String) throws(SystemError) {
        try renameFile(path, to: newPath)
        path = newPath
    }

    /// Lets all clients go and removes the name, unless another arbiter has taken it over.
    package func close() {
        for client in Array(clients.keys) { drop(client) }
        listener = nil
        if let identity, FileIdentity(path: path) == identity { try? removeFile(path) }
        identity = nil
    }

    // MARK: Clients

    private func accept(_ now: Int64) {
        // A limit on one turn, though each client is root or the server's own user.
        for _ in 0..<Self.clientLimit * 2 {
            guard let listener else { return }
            switch acceptConnection(listener.descriptor) {
            case .connection(let socket, _): admit(socket, now)
            case .aborted: continue
            case .wouldBlock: return
            case .exhausted: return rest(listener, now)
            case .failed: return rest(listener, now)
            }
        }
    }

    // It stays readable: polling it on would spin.
    private func rest(_ listener: Listener, _ now: Int64) {
        poller.remove(listener.descriptor)
        resumesAt = now + Self.pause
    }

    private func admit(_ socket: consuming Descriptor, _ now: Int64) {
        let socket = StreamSocket(socket)
        let user = socket.peerUser
        let connection = ControlConnection(socket, deadline: now + Self.patience)
        if user != 0, user != owner {
            refuse(connection, "only root and the server's own user may talk to it")
        } else if clients.count >= Self.clientLimit {
            refuse(connection, "\(Self.clientLimit) clients are connected already; try again in a moment")
        } else {
            lastClient += 1
            do throws(SystemError) {
                try poller.add(connection.descriptor, .readable, word: UInt64(lastClient))
                clients[lastClient] = connection
            } catch {
                refuse(connection, "the server cannot serve another client now: \(error)")
            }
        }
    }

    private func refuse(_ connection: ControlConnection, _ reason: String) {
        connection.say(ControlAnswer(status: 1, text: reason).wireForm, deadline: 0)
        _ = connection.write()
    }

    private func serve(_ client: Int, _ events: PollEvents, _ now: Int64) -> Call? {
        guard let connection = clients[client] else { return nil }
        switch connection.stage {
        case .asking: return read(client, connection, now)
        case .waiting: if events.concernsEnd { drop(client) }
        case .answering: flush(client, connection)
        }
        return nil
    }

    private func read(_ client: Int, _ connection: ControlConnection, _ now: Int64) -> Call? {
        switch connection.read() {
        case .incomplete: return nil
        case .gone: drop(client)
        case .tooLong:
            answer(
                client,
                ControlAnswer(status: 1, text: "the request is longer than \(ControlRequest.longestLine) bytes"),
                now: now)
        case .line(let line):
            do throws(ControlMistake) {
                let request = try ControlRequest(line: line)
                connection.request = request
                connection.stage = .waiting
                // Whatever else it says does not matter; that it leaves does.
                watch(client, connection, for: .onlyEnd)
                return clients[client] == nil ? nil : Call(client: client, request: request)
            } catch {
                answer(client, ControlAnswer(status: 1, text: error.description), now: now)
            }
        }
        return nil
    }

    private func flush(_ client: Int, _ connection: ControlConnection) {
        if connection.write() { drop(client) } else { watch(client, connection, for: .writable) }
    }

    private func watch(_ client: Int, _ connection: ControlConnection, for events: PollEvents) {
        do {
            try poller.modify(connection.descriptor, events, word: UInt64(client))
        } catch {
            drop(client)
        }
    }

    private func expire(_ now: Int64) {
        for (client, connection) in clients {
            guard let deadline = connection.deadline, now >= deadline else { continue }
            if case .asking = connection.stage {
                answer(
                    client, ControlAnswer(status: 1, text: "no command came within \(Self.patience / 1000) s"), now: now
                )
            } else {
                drop(client)
            }
        }
        if let moment = resumesAt, now >= moment {
            resumesAt = nil
            guard let listener else { return }
            if (try? poller.add(listener.descriptor, .readable, word: Self.listenerWord)) == nil {
                resumesAt = now + Self.pause
            }
        }
    }

    private func drop(_ client: Int) {
        guard let connection = clients.removeValue(forKey: client) else { return }
        // Removed by hand: a child that was just forked may hold the socket open for a moment.
        poller.remove(connection.descriptor)
    }

    private final class Listener {
        private let socket: ListeningSocket

        init(_ socket: consuming ListeningSocket) {
            self.socket = socket
        }

        var descriptor: Int32 { socket.descriptor.raw }
    }
}
