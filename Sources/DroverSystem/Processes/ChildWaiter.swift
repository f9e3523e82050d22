import CDrover

/// What has become of a child.
package enum ChildReport: Equatable, Sendable {
    /// It ended and is reaped.
    case ended(pid: Int32, ExitStatus)
    /// A signal stopped it (SIGSTOP): it answers nothing until it is continued.
    case stopped(pid: Int32)
    /// A signal let it go on (SIGCONT).
    case continued(pid: Int32)
}

/// The next report of any child, or nil when there is none now; waitpid(2) with WNOHANG.
///
/// As process 1 of a container it also reaps strangers that the kernel gave us.
package func nextChildReport() -> ChildReport? {
    var status: Int32 = 0
    while true {
        let pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)
        if pid < 0, lastErrorNumber == EINTR { continue }
        guard pid > 0 else { return nil }
        if let exit = ExitStatus(waitStatus: status) { return .ended(pid: pid, exit) }
        if c_drover_stopped(status) { return .stopped(pid: pid) }
        if c_drover_continued(status) { return .continued(pid: pid) }
    }
}
