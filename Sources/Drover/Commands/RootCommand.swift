import ArgumentParser
import DroverConfig
import DroverCore

/// The program without a command: it serves, or teaches.
struct RootCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        let program = CommandContext.current?.program ?? "drover"
        return CommandConfiguration(
            commandName: program,
            abstract: "A prefork server: an arbiter that owns the sockets, and a herd of workers that serve.",
            usage: "\(program) [serve] [flags]\n\(program) <command> [flags]",
            discussion: examples(program),
            version: "\(program) \(CommandContext.current?.version ?? "")",
            subcommands: [
                ServeCommand.self, CtlCommand.self, CheckConfigCommand.self, PrintConfigCommand.self,
                SettingsCommand.self,
            ],
            defaultSubcommand: ServeCommand.self)
    }

    /// The flags that have a letter, three in a line.
    private static func shortFlags() -> String {
        let rows = FlagTable.current?.rows.filter { $0.spec.shortFlag != nil } ?? []
        let cells = rows.map { row in
            let cell = "-\(row.spec.shortFlag.map(String.init) ?? ""), \(row.spec.flags[0])"
            return cell + String(repeating: " ", count: max(1, 24 - cell.count))
        }
        let lines = stride(from: 0, to: cells.count, by: 3).map { start in
            let line = "  " + cells[start..<min(start + 3, cells.count)].joined()
            return String(line.prefix(through: line.lastIndex { $0 != " " } ?? line.startIndex))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Help that can be pasted.
    private static func examples(_ program: String) -> String {
        """
        EXAMPLES:
          Serve on 127.0.0.1:8000 with one worker:
            \(program)

          Serve on every interface, one worker for each CPU:
            \(program) --bind :8080 --workers auto

          Behind a proxy on the same machine, through a unix socket:
            \(program) -b unix:/run/\(program).sock -w 4 --pid /run/\(program).pid

          With a configuration file (./drover.yaml is found by itself):
            \(program) -c /etc/\(program)/drover.yaml

          See what would be in force and where each value comes from:
            \(program) print-config -c /etc/\(program)/drover.yaml -w 8

          Through the environment, as in a container:
            PORT=8080 WEB_CONCURRENCY=auto \(program)

          While it runs (see '\(program) ctl --help'):
            \(program) ctl status --pid /run/\(program).pid
            \(program) ctl reload --pid /run/\(program).pid

          The same by signals:
            kill -TERM <arbiter's pid>     finish what is in flight, then stop
            kill -TTIN <arbiter's pid>     one worker more; TTOU one less

        FLAGS:
        \(shortFlags())
          '\(program) serve --help' explains them all, '\(program) settings' lists every
          setting with its flag, environment variable, default and key in drover.yaml.
        """
    }
}
