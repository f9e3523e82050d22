import DroverCore
import Testing

@testable import Drover
@testable import DroverConfig

/// The argument parser's options and the table are the same list.
struct FlagTests {
    /// A value that a row lets through, other than its default.
    private func sample(for row: SettingRow) -> String {
        switch row.spec.type {
        case .integer: "77"
        case .duration: "77"
        case .boolean: "true"
        case .string, .path, .list: "/some/text"
        case .addresses: "host:77"
        case .addressRanges: "10.0.0.0/8"
        case .pairs: "NAME=77"
        case .choice(let choices, _): choices.last?.name ?? ""
        case .workerCount: "77"
        case .byteCount: "77"
        case .fileMode: "077"
        case .accessFormat: "%(h)s"
        case .tree: "77"
        }
    }

    private let files = ["/some/text": ""]

    private let settingRows = Fixture.table.rows.filter { !$0.spec.flags.isEmpty && $0.group != .commandLine }

    private func parse(_ words: [String]) -> Invocation {
        CommandLineInterface.parse(
            words, sources: Fixture.sources(files: files), vocabulary: Fixture.vocabulary, programName: "shop",
            version: "1")
    }

    @Test(arguments: Fixture.table.rows.filter { !$0.spec.flags.isEmpty && $0.group != .commandLine }.map(\.path))
    func everyFlagOfTheTableSetsItsSetting(_ path: String) throws {
        let row = try #require(Fixture.table.row(path))
        let value = sample(for: row)
        let path = row.path == "reuse_port" ? "listeners[0].accept" : row.path
        for flag in row.allFlags {
            let invocation =
                row.spec.type == .boolean
                ? Fixture.parse("serve", flag, files: files) : Fixture.parse("serve", flag, value, files: files)
            let loaded = try #require(invocation.loaded, "\(flag): \(invocation.mistakes)")
            if row.path == "config" {
                #expect(loaded.file == "/some/text")
            } else {
                let origin = loaded.origins[path] ?? loaded.origins["listeners[0].\(path)"]
                #expect(origin?.place == .flag(row.spec.flags[0]), "\(flag)")
            }
        }
    }

    @Test(arguments: ["print-config", "check-config"])
    func everyFlagOfTheTableIsTaken(by command: String) throws {
        let words = settingRows.flatMap { row in
            row.spec.type == .boolean ? [row.spec.flags[0]] : [row.spec.flags[0], sample(for: row)]
        }
        let report = try #require(parse([command] + words).report)
        #expect(report.errors == "")
        #expect(report.status == 0)
    }

    @Test func everyFlagIsInTheHelpOfServeAndNoOtherIs() throws {
        let help = try #require(Fixture.parse("serve", "--help").report).output
        let shown = help.split { $0 == "\n" || $0 == " " || $0 == "," || $0 == "/" }.filter { $0.hasPrefix("--") }
        var known = Set(Fixture.table.rows.flatMap(\.spec.flags) + ["--help", "--version"])
        for row in Fixture.table.rows where row.spec.type == .boolean && row.group != .commandLine {
            known.formUnion(row.spec.flags.map { "--no-" + $0.dropFirst(2) })
        }
        #expect(Set(shown.map(String.init)) == known)
        for row in Fixture.table.rows {
            guard let letter = row.spec.shortFlag else { continue }
            #expect(help.contains("-\(letter), \(row.spec.flags[0])"))
        }
    }

    @Test func everyGroupOfTheTableHasAChapter() {
        let chapters: [any SettingChapter.Type] = [
            ConfigurationChapter.self, ListenersChapter.self, WorkersChapter.self, TimeoutsChapter.self,
            ProcessChapter.self, LoggingChapter.self, SectionsChapter.self, CommandLineChapter.self,
        ]
        for group in Fixture.table.groups {
            #expect(chapters.count { $0.contains(group) } == 1, "\(group)")
        }
    }

    @Test(arguments: [
        (["-w4"], "workers"), (["-w", "4"], "workers"), (["--workers=4"], "workers"), (["-t1.5"], "timeout"),
        (["-eA=1"], "raw_env"), (["-e", "A=1"], "raw_env"), (["--env=A=1"], "raw_env"),
        (["--error-logfile", "-"], "errorlog"), (["--log-file=-"], "errorlog"), (["-n", "a b"], "proc_name"),
    ])
    func spellingsOfTheShellAreTaken(_ words: [String], _ path: String) {
        let invocation = parse(words)
        guard case .flag = invocation.loaded?.origins[path]?.place else {
            Issue.record("\(words): \(invocation)")
            return
        }
    }

    @Test(arguments: [
        (["--wrkers", "3"], "unknown flag '--wrkers'; did you mean '--workers'?"),
        (["--worker_class", "x"], "unknown flag '--worker_class'; did you mean '--worker-class'?"),
        (["--pidfile", "x"], "unknown flag '--pidfile'; did you mean '--pid'?"),
        (["--loglevel", "x"], "unknown flag '--loglevel'; did you mean '--log-level'?"),
        (["--accesslog", "x"], "unknown flag '--accesslog'; did you mean '--access-logfile'?"),
        (["--zebra"], "unknown flag '--zebra'"),
        (["-x"], "unknown flag '-x'"),
        (["--workers"], "missing value for '--workers <number|auto>'"),
        (["--reuse-port=3"], "the option '--reuse-port' does not take any value, but '3' was specified."),
        (["serve", "extra"], "unexpected argument 'extra'"),
        (["print-config", "--check-config"], "'--check-config' is a flag of 'serve' on the command line only"),
        (["frobnicate"], "unknown command 'frobnicate' (there are: serve, ctl, check-config, print-config, settings)"),
        (["chek-config"], "unknown command 'chek-config'; did you mean 'check-config'?"),
        (["inspect"], "unknown command 'inspect'; to serve that application write --app inspect"),
        (["settings", "--json", "--markdown"], "give --json or --markdown, not both"),
    ])
    func mistakesAreOneLineAndAHint(_ words: [String], _ message: String) throws {
        let report = try #require(parse(words).report)
        let lines = report.errors.split(separator: "\n")
        #expect(lines.first == "shop: \(message)")
        #expect(lines.count == 2)
        #expect(lines.last?.hasPrefix("Try 'shop ") == true)
        #expect(report.status == 1)
        #expect(report.output == "")
    }

    @Test(arguments: [
        (["--workers", "0"], "--workers: must be 'auto' or a whole number from 1 to 1024, not '0'"),
        (["-w4x"], "--workers: must be 'auto' or a whole number from 1 to 1024, not '4x'"),
        (
            ["-b", "8000"],
            "--bind: has the address '8000': write 127.0.0.1:8000 for this machine alone, or :8000 for every interface"
        ),
        (["-k", "snyc"], "--worker-class: unknown worker class 'snyc'; did you mean 'sync'? (there are: async, sync)"),
        (["-e", "A"], "--env: must be NAME=VALUE, not 'A'"),
        (["--cache-entries", "0"], "--cache-entries: must be a whole number from 1 to 1000, not '0'"),
    ])
    func wrongValuesNameTheFlag(_ words: [String], _ message: String) {
        #expect(parse(words).mistakes == [message])
    }
}
