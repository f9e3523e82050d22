import CDrover

/// How a process ended, wait(2).
public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
    /// It called exit(3) with this code.
    case exited(Int32)
    /// A signal ended it.
    case signaled(Signal, core: Bool)

    init?(waitStatus: Int32) {
        if c_drover_exited(waitStatus) {
            self = .exited(c_drover_exit_code(waitStatus))
        } else if c_drover_signaled(waitStatus) {
            self = .signaled(
                Signal(rawValue: c_drover_termination_signal(waitStatus)), core: c_drover_dumped_core(waitStatus))
        } else {
            return nil
        }
    }

    /// `exit code 3` or `SIGKILL`.
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal, let core): core ? "\(signal), core dumped" : "\(signal)"
        }
    }
}
