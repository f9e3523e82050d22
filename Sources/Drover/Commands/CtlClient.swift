import DroverArbiter
import DroverCore
import DroverSystem

/// Sends one request to a server's control socket and waits for the answer; the arbiter's counterpart.
struct CtlClient {
    let errand: ControlErrand
    let program: String
    let environment: [String: String]
    let directory: String?

    /// Does the errand, prints, and returns the exit status.
    func run() -> Int32 {
        do throws(CtlFailure) {
            let answer = try ask()
            let isComplaint = answer.status != 0 && !errand.request.wantsJSON
            StandardStreams.write(answer.text, to: isComplaint ? .error : .output)
            return answer.status
        } catch {
            StandardStreams.write("\(program): \(error)\n", to: .error)
            return 2
        }
    }

    /// The answer of the first server that listens where this one should be.
    func ask() throws(CtlFailure) -> ControlAnswer {
        let start = MonotonicClock.milliseconds()
        let patience = errand.timeout?.inMilliseconds ?? (errand.request.command.onlyLooks ? 10_000 : nil)
        let deadline = patience.map { start + $0 }
        let paths = ControlSocketPath.candidates(
            errand.process, program: program, environment: environment, user: effectiveUser, directory: directory)
        guard !paths.isEmpty else { throw .switchedOff }
        for path in paths.map(\.path) {
            guard let socket = try connect(to: path, deadline: deadline) else { continue }
            return try exchange(socket, path, start: start, deadline: deadline)
        }
        throw .noServer(paths.map(\.path), doubts: errand.doubts)
    }

    /// nil when no process listens there.
    private func connect(to path: String, deadline: Int64?) throws(CtlFailure) -> StreamSocket? {
        while true {
            do throws(SystemError) {
                let socket = try StreamSocket(connectingTo: path)
                try requireKnownPeer(socket, path)
                return socket
            } catch {
                if error.meansNobodyListens { return nil }
                guard error.meansBusy else { throw .refused(error) }
                if let deadline, MonotonicClock.milliseconds() >= deadline { throw .late(path) }
                pauseThread(milliseconds: 50)
            }
        }
    }

    // In a folder that all users may write to, another user could pose as the server.
    private func requireKnownPeer(_ socket: borrowing StreamSocket, _ path: String) throws(SystemError) {
        let user = socket.peerUser
        if effectiveUser == 0 || user == 0 || user == effectiveUser { return }
        throw SystemError("connect", SystemError.permissionDenied, subject: "\(path), which belongs to another user")
    }

    private func exchange(
        _ socket: borrowing StreamSocket, _ path: String, start: Int64, deadline: Int64?
    ) throws(CtlFailure) -> ControlAnswer {
        let descriptor = socket.descriptor
        // A line fits into the socket's buffer; what does not arrive is answered with the end of the stream.
        _ = socket.send(Array(errand.request.line.utf8).span.bytes)
        let progress = CtlProgress(errand.request.command)
        defer { progress.clear() }
        var reply: [UInt8] = []
        while true {
            switch socket.receive(limit: 65_536, appendingTo: &reply) {
            case .bytes: continue
            case .endOfStream, .failed: return try answer(reply, path)
            case .wouldBlock:
                let now = MonotonicClock.milliseconds()
                if let deadline, now >= deadline { throw .late(path) }
                progress.show(after: now - start)
                waitUntilReadable(descriptor, milliseconds: Int32(clamping: min(1000, (deadline ?? .max) - now)))
            }
        }
    }

    private func answer(_ reply: [UInt8], _ path: String) throws(CtlFailure) -> ControlAnswer {
        if let answer = ControlAnswer(wireForm: reply) { return answer }
        // A server that is gone has stopped, whatever kept it from saying so.
        guard errand.request.command == .stop, reply.isEmpty else { throw .unanswered(path) }
        return ControlAnswer(status: 0, outcome: "stopped", for: errand.request)
    }
}

/// A line on the terminal that says what is being waited for; nothing where no terminal shows it.
struct CtlProgress {
    private let label: String
    private let isShown: Bool

    init(_ command: ControlCommand) {
        label = command.words.joined(separator: " ")
        isShown = !command.onlyLooks && StandardStreams.error.isTerminal
    }

    /// Shows the line once the wait has become noticeable.
    func show(after milliseconds: Int64) {
        guard isShown, milliseconds >= 1000 else { return }
        StandardStreams.write("\r\u{1B}[K\(label): waiting for the outcome, \(milliseconds / 1000) s", to: .error)
    }

    /// Makes the line empty again.
    func clear() {
        if isShown { StandardStreams.write("\r\u{1B}[K", to: .error) }
    }
}

/// Why there is no answer.
enum CtlFailure: Error, Equatable, CustomStringConvertible {
    case switchedOff
    case noServer([String], doubts: [String])
    case refused(SystemError)
    case late(String)
    case unanswered(String)

    var description: String {
        switch self {
        case .switchedOff: "the settings say control_socket: off, so the server cannot be talked to; use signals"
        case .noServer(let paths, let doubts):
            """
            no server listens on \(paths.joined(separator: " or ")); is it running? Start it with --pid or \
            --control-socket, and give the same here
            """ + doubts.map { "\n\($0) (this may be why it was not found)" }.joined()
        case .refused(let error): "\(error); talk to it as root or as the user who started it"
        case .late(let path): "no answer from \(path) in time; what was asked may still happen"
        case .unanswered(let path): "the server at \(path) went away before it answered"
        }
    }
}
