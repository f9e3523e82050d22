internal import DroverArbiter
internal import DroverCore
internal import DroverSystem
internal import Logging

/// What has started the server and wants to know whether it came up: a person at a terminal, or a script.
struct Starter {
    private var report: DaemonReport?

    /// Goes on in the background; the starter's command waits for `release` or `fail`.
    ///
    /// - Throws: `ThreadsRunning` or `SystemError`.
    mutating func leave() throws {
        report = try Daemon.detach()
    }

    /// The server is bound: the command ends well, and nothing is written to its terminal any more.
    func release(_ configuration: ServerConfiguration) {
        guard let report else { return }
        if configuration.settings.logging.errorFile == "-" {
            configuration.logs.logger.warning(
                "a daemon has no standard error, so its log ends here; name a file with --error-logfile")
        }
        report.started()
        // What wrote to standard error writes to where that leads now.
        configuration.logs.reopen()
    }

    /// The server cannot start; returns the exit status.
    func fail(_ message: String, status: Int32) -> Int32 {
        if let report {
            report.failed(message, status: status)
        } else {
            StandardStreams.write("\(message)\n", to: .error)
        }
        return status
    }
}
