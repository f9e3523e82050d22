/// What a service tells systemd, sd_notify(3).
package enum ServiceMessage: Equatable, Sendable {
    /// Start or reload is complete.
    case ready
    /// The configuration is read anew; followed by `ready`.
    case reloading
    /// The service ends.
    case stopping
    /// A line for `systemctl status`.
    case status(String)
    /// Another process is the service's main one from now on.
    case mainProcess(Int32)
    /// The service is alive: due at each interval of `WatchdogSettings`.
    case watchdog

    /// The message as lines of NAME=VALUE.
    var text: String {
        switch self {
        case .ready: "READY=1"
        // Type=notify-reload tells by the time which of several reloads is over.
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(MonotonicClock.nanoseconds() / 1000)"
        case .stopping: "STOPPING=1"
        // A second line would be read as another message.
        case .status(let text): "STATUS=" + String(text.map { $0.isNewline ? " " : $0 })
        case .mainProcess(let pid): "MAINPID=\(pid)"
        case .watchdog: "WATCHDOG=1"
        }
    }
}
