/// How long the service manager waits for a sign of life, sd_watchdog_enabled(3).
package struct WatchdogSettings: Equatable, Sendable {
    /// After so much silence the service counts as hung.
    package let timeoutMilliseconds: Int64

    /// How often to give a sign: twice in that time, as the manual page asks.
    package var intervalMilliseconds: Int64 { max(1, timeoutMilliseconds / 2) }

    /// What WATCHDOG_USEC and WATCHDOG_PID say; nil when this process is not watched.
    package static func named(
        in environment: [String: String], process: Int32 = currentProcess
    ) -> WatchdogSettings? {
        guard let text = environment["WATCHDOG_USEC"], let time = Int64(text), time > 0 else { return nil }
        if let watched = environment["WATCHDOG_PID"], Int32(watched) != process { return nil }
        return WatchdogSettings(timeoutMilliseconds: max(1, time / 1000))
    }
}
