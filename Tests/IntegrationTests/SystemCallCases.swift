import DroverTestSupport
import Glibc
import Testing

/// A system call that fails in a running server, and what comes of it; a row of docs/SYSTEM_CALLS.md.
struct SystemCallCase: Sendable, CustomTestStringConvertible {
    /// In which process.
    enum Place: String { case worker, arbiter }

    /// What makes the process call.
    enum Cause {
        case requests
        /// Requests for so much that it is sent from where it is, after the gathered head.
        case largeReplies
        /// Requests for a file that the kernel sends.
        case files
        /// A sibling of the arbiter's children dies.
        case deadWorker
        /// USR1, to the process itself.
        case reopening
        case reload
        case upgrade
        /// A client of the control socket asks for the status; its exit code, and what it says.
        case control(status: Int32, String)

        /// What clients ask for; nil when the cause is no request.
        var path: String? {
            switch self {
            case .requests: "/"
            case .largeReplies: "/bytes?n=300000"
            case .files: "/large.bin"
            case .deadWorker, .reopening, .reload, .upgrade, .control: nil
            }
        }

        var needsFiles: Bool { if case .files = self { true } else { false } }
    }

    let place: Place
    let calls: String
    let errors: [String]
    var when = "1"
    var cause = Cause.requests
    /// A part of the line that says so.
    var says: String?
    var workerClass = StockClass.async

    var testDescription: String {
        "\(place) (\(workerClass)): \(calls) \(errors.joined(separator: " ")), call \(when), \(cause)"
    }

    /// Each row; what a worker does is tried with both loops.
    static let all = rows.flatMap { row in
        (row.place == .worker ? StockClass.keepingAlive : [.async]).map { workerClass in
            var row = row
            row.workerClass = workerClass
            return row
        }
    }

    private static let rows: [SystemCallCase] = [
        // A connection that is gone before it is taken costs nothing.
        SystemCallCase(
            place: .worker, calls: "accept4",
            errors: [
                "EINTR", "EAGAIN", "ECONNABORTED", "EPROTO", "ENETDOWN", "ENOPROTOOPT", "EHOSTDOWN", "ENONET",
                "EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH",
            ], when: "1..3"),
        SystemCallCase(
            place: .worker, calls: "accept4", errors: ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"], when: "1+",
            says: "event=accept_paused"),
        SystemCallCase(
            place: .worker, calls: "accept4", errors: ["EPERM", "EACCES", "EINVAL", "EBADF"], when: "1+",
            says: "event=accept_failed"),
        // The first is the connection's, then the worker goes to the end of the queue: in again, and out.
        SystemCallCase(
            place: .worker, calls: "epoll_ctl", errors: ["ENOSPC", "ENOMEM"], says: "event=connection_failed"),
        SystemCallCase(place: .worker, calls: "epoll_ctl", errors: ["ENOSPC", "ENOMEM"], when: "2"),
        SystemCallCase(place: .worker, calls: "epoll_ctl", errors: ["ENOMEM"], when: "3"),
        SystemCallCase(place: .worker, calls: "epoll_wait", errors: ["EINTR"], when: "1..5"),
        SystemCallCase(
            place: .worker, calls: "epoll_wait", errors: ["EBADF", "EINVAL"], says: "event=worker_failed"),
        SystemCallCase(
            place: .worker, calls: "recvfrom", errors: ["EINTR", "ENOMEM", "ECONNRESET", "ETIMEDOUT", "EBADF"]),
        SystemCallCase(
            place: .worker, calls: "sendto", errors: ["EINTR", "ENOBUFS", "ENOMEM", "EPIPE", "ECONNRESET"]),
        SystemCallCase(
            place: .worker, calls: "sendmsg", errors: ["EINTR", "ENOBUFS", "EPIPE", "ECONNRESET"], cause: .largeReplies),
        SystemCallCase(
            place: .worker, calls: "sendfile", errors: ["EINTR", "EIO", "ENOMEM", "EPIPE", "ECONNRESET"],
            cause: .files),
        SystemCallCase(place: .worker, calls: "close", errors: ["EINTR", "EIO"]),
        SystemCallCase(place: .worker, calls: "write", errors: ["ENOSPC", "EIO", "EDQUOT"]),
        SystemCallCase(
            place: .worker, calls: "read", errors: ["EINTR", "EAGAIN", "ENOMEM"], when: "1..3", cause: .reopening),
        SystemCallCase(
            place: .worker, calls: "openat", errors: ["EMFILE", "ENFILE", "EACCES"], cause: .reopening,
            says: "event=reopen_failed"),

        SystemCallCase(
            place: .arbiter, calls: "clone,clone3,vfork", errors: ["EAGAIN", "ENOMEM"], when: "1..2",
            cause: .deadWorker, says: "event=fork_failed"),
        SystemCallCase(place: .arbiter, calls: "wait4", errors: ["EINTR"], cause: .deadWorker),
        SystemCallCase(
            place: .arbiter, calls: "read", errors: ["EINTR", "EAGAIN", "ENOMEM"], when: "1..3", cause: .deadWorker),
        SystemCallCase(
            place: .arbiter, calls: "timerfd_settime", errors: ["EINVAL", "ECANCELED"], cause: .deadWorker,
            says: "event=timer_failed"),
        SystemCallCase(
            place: .arbiter, calls: "epoll_wait", errors: ["EINTR"], when: "1..3", cause: .deadWorker),
        SystemCallCase(
            place: .arbiter, calls: "openat", errors: ["EMFILE"], when: "1..3", cause: .deadWorker),
        SystemCallCase(
            place: .arbiter, calls: "openat", errors: ["EMFILE", "ENFILE", "EACCES"], cause: .reload,
            says: "event=reload_failed"),
        SystemCallCase(
            place: .arbiter, calls: "epoll_ctl", errors: ["ENOSPC", "ENOMEM"], cause: .upgrade,
            says: "event=upgrade_failed"),
        SystemCallCase(
            place: .arbiter, calls: "clone,clone3,vfork", errors: ["EAGAIN", "ENOMEM"], cause: .upgrade,
            says: "event=upgrade_failed"),
        SystemCallCase(
            place: .arbiter, calls: "epoll_ctl", errors: ["ENOSPC", "ENOMEM"],
            cause: .control(status: 1, "cannot serve another client now: epoll_ctl")),
        SystemCallCase(
            place: .arbiter, calls: "accept4", errors: ["EMFILE", "ENOMEM", "ECONNABORTED"],
            cause: .control(status: 0, "ready of")),
        SystemCallCase(
            place: .arbiter, calls: "recvfrom", errors: ["ENOMEM"], cause: .control(status: 2, "went away")),
        SystemCallCase(
            place: .arbiter, calls: "sendto", errors: ["ENOMEM"], cause: .control(status: 2, "went away")),
        SystemCallCase(
            place: .arbiter, calls: "getsockopt", errors: ["ENOMEM"], cause: .control(status: 1, "only root")),

        // A worker that cannot begin is tried again, later each time; the others serve.
        SystemCallCase(
            place: .arbiter, calls: "epoll_create1", errors: ["EMFILE", "ENOMEM"], cause: .deadWorker,
            says: "event=worker_failed"),
        SystemCallCase(
            place: .arbiter, calls: "eventfd2", errors: ["ENFILE"], cause: .deadWorker, says: "event=worker_failed"),
        SystemCallCase(
            place: .arbiter, calls: "signalfd4", errors: ["ENOMEM"], cause: .deadWorker, says: "event=worker_failed"),
        SystemCallCase(
            place: .arbiter, calls: "epoll_ctl", errors: ["ENOSPC"], cause: .deadWorker, says: "event=worker_failed"),
        // The executor's, the signals', the lifeline's, and then the listener's.
        SystemCallCase(
            place: .arbiter, calls: "epoll_ctl", errors: ["ENOSPC"], when: "4", cause: .deadWorker,
            says: "event=worker_failed"),
    ]
}
