import CDrover

/// A signal by number, signal(7).
public struct Signal: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number, which differs between architectures.
    public let rawValue: Int32

    /// The signal of this number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Hang up: reload.
    public static let hangUp = Signal(rawValue: SIGHUP)
    /// Interrupt from the keyboard: quick stop.
    public static let interrupt = Signal(rawValue: SIGINT)
    /// Quit from the keyboard: quick stop.
    public static let quit = Signal(rawValue: SIGQUIT)
    /// Abort: the process dies and may leave a core.
    public static let abort = Signal(rawValue: SIGABRT)
    /// Kill: cannot be refused.
    public static let kill = Signal(rawValue: SIGKILL)
    /// First user signal: reopen the logs.
    public static let user1 = Signal(rawValue: SIGUSR1)
    /// Second user signal: upgrade the binary.
    public static let user2 = Signal(rawValue: SIGUSR2)
    /// Terminate: graceful stop.
    public static let terminate = Signal(rawValue: SIGTERM)
    /// A child ended or stopped.
    public static let child = Signal(rawValue: SIGCHLD)
    /// Continue a stopped process.
    public static let `continue` = Signal(rawValue: SIGCONT)
    /// Urgent data; ignored by default, so it is harmless to a process that does not expect it.
    public static let urgent = Signal(rawValue: SIGURG)
    /// Terminal input: one worker more.
    public static let terminalInput = Signal(rawValue: SIGTTIN)
    /// Terminal output: one worker less.
    public static let terminalOutput = Signal(rawValue: SIGTTOU)
    /// Window change: drain the workers, keep the arbiter.
    public static let windowChange = Signal(rawValue: SIGWINCH)
    /// A write to a pipe without a reader.
    public static let pipe = Signal(rawValue: SIGPIPE)

    /// The name as kill(1) takes it with SIG before it, such as `SIGTERM`.
    public var description: String {
        guard let name = c_drover_signal_name(rawValue) else { return "signal \(rawValue)" }
        return "SIG\(String(cString: name))"
    }
}
