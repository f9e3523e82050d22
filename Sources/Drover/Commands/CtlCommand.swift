import ArgumentParser
import DroverArbiter
import DroverConfig
import DroverCore

/// Talks to a running server.
struct CtlCommand: Subcommand {
    static var configuration: CommandConfiguration {
        let program = CommandContext.current?.program ?? "drover"
        return CommandConfiguration(
            commandName: "ctl", abstract: "Look at a running server, or tell it what to do.",
            usage: usage("ctl <command> [--json] [flags]"), discussion: lesson(program))
    }

    @Argument(help: ArgumentHelp("What to look at or to do, see above.", valueName: "command"))
    private var words: [String] = []
    @Flag(help: "Answer with one JSON document.") private var json = false
    @Option(
        name: [.customLong("socket"), .customLong("control-socket")],
        help: ArgumentHelp("The server's control socket; with it nothing else is needed.", valueName: "path"),
        completion: .file())
    private var socket: String?
    @Option(
        name: [.customShort("p"), .customLong("pid")],
        help: ArgumentHelp("The server's pid file, beside which its control socket is.", valueName: "path"),
        completion: .file())
    private var pidfile: String?
    @Option(name: .shortAndLong, help: "The server's name, if it was started with one.") private var name: String?
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The server's configuration file.", valueName: "path"),
        completion: .file())
    private var config: String?
    @Option(
        help: ArgumentHelp(
            "How long to wait for the answer; 10 s when it only looks, else until it is done.", valueName: "time"))
    private var timeout: String?

    func validate() throws {
        guard let timeout else { return }
        guard let time = DurationText.duration(from: timeout), time > .zero else {
            throw ValidationError("--timeout must be a time such as 30, 1.5, 500ms or 2m, not '\(timeout)'")
        }
    }

    func invocation(in context: CommandContext) throws(SettingsIssues) -> Invocation {
        let request: ControlRequest
        do throws(ControlMistake) {
            request = try ControlRequest(words: words + (json ? ["--json"] : []))
        } catch {
            return .exit(CommandMistake.report(error.description, context, command: "ctl"))
        }
        let flags = SettingsLayer(flags: [
            "config": config, "pidfile": pidfile, "proc_name": name, "control_socket": socket,
        ])
        // A socket or a pid file that was named needs no configuration file, which may be broken or elsewhere.
        let (process, issues) = context.loader.processSettings(flags: flags)
        return .control(
            ControlErrand(
                request: request, process: process, timeout: timeout.flatMap(DurationText.duration),
                doubts: issues.map(\.description)))
    }

    private static func lesson(_ program: String) -> String {
        """
        COMMANDS:
          status        how it is: requests, connections, latency, every worker
          workers       the workers alone; listeners: the addresses
          config        the configuration in force and where each value came from
          reload        as SIGHUP: the new configuration, or why the old one stays
          upgrade       as SIGUSR2: the new binary, or why the old one goes on
          scale N       so many workers from now on
          drain SLOT    replace a worker once it has finished what it has
          kill SLOT     kill a worker that does not listen; it is replaced
          reopen        as SIGUSR1: open the log files again
          stop          finish what is in flight, and leave

        EXAMPLES:
          \(program) ctl status
          \(program) ctl status --json --pid /run/\(program).pid
          \(program) ctl scale 8 --socket /run/\(program).ctl
          \(program) ctl reload -c /etc/\(program)/drover.yaml && echo in force
          watch -n 1 \(program) ctl workers

        The server is found as it was started: by --control-socket, else beside its
        --pid, else by its --name; what is not given here comes from the same
        drover.yaml and environment. A command that changes something waits for the
        outcome. Exit status: 0 done; 1 refused or failed, or a wrong command line;
        2 no server, or no answer in time.
        """
    }
}

/// What a command line wants of a running server.
package struct ControlErrand: Sendable, Equatable {
    /// What to ask.
    let request: ControlRequest
    /// What says where the server is.
    let process: ProcessSettings
    /// How long to wait for the answer; nil when the command line does not say.
    let timeout: Duration?
    /// Mistakes in the settings, which may be why the server is not found.
    let doubts: [String]
}
