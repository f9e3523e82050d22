import DroverArbiter
import DroverCore
import DroverSystem
import DroverTestSupport
import Testing

@testable import Drover

struct CtlCommandTests {
    private func errand(_ words: String..., yaml: String? = nil, environment: [String: String] = [:]) -> ControlErrand?
    {
        let invocation = CommandLineInterface.parse(
            ["ctl"] + words,
            sources: Fixture.sources(files: yaml.map { ["drover.yaml": $0] } ?? [:], environment: environment),
            vocabulary: Fixture.vocabulary, programName: "shop", version: "1")
        if case .control(let errand) = invocation { return errand }
        Issue.record("\(invocation)")
        return nil
    }

    @Test func wordsBecomeARequest() {
        #expect(errand("status")?.request == ControlRequest(.status))
        #expect(errand("scale", "4", "--json")?.request == ControlRequest(.scale(4), wantsJSON: true))
        #expect(errand("--json", "drain", "2")?.request == ControlRequest(.drain(slot: 2), wantsJSON: true))
        #expect(errand("stop", "--timeout", "1.5")?.timeout == .milliseconds(1500))
    }

    @Test func serverIsFoundAsItWasStarted() {
        #expect(errand("status", "--socket", "/a.ctl")?.process.controlSocket == "/a.ctl")
        #expect(errand("status", "--control-socket", "/a.ctl")?.process.controlSocket == "/a.ctl")
        #expect(errand("status", "-p", "/a.pid")?.process.pidfile == "/a.pid")
        #expect(errand("status", "--name", "api", yaml: "proc_name: web")?.process.name == "api")
        #expect(errand("status", yaml: "pidfile: /b.pid\nchdir: /srv")?.process.chdir == "/srv")
        #expect(errand("status", environment: ["DROVER_CONTROL_SOCKET": "/e.ctl"])?.process.controlSocket == "/e.ctl")
        #expect(errand("status", yaml: "control_socket: off")?.process.controlSocket == "off")
    }

    @Test func brokenFileDoesNotHideTheServer() {
        let broken = errand("reload", yaml: "pidfile: /b.pid\nworkers: none\nunknown: 1")
        #expect(broken?.process.pidfile == "/b.pid")
        #expect(broken?.doubts.count == 2)
        let unreadable = errand("reload", "--pid", "/b.pid", yaml: "a: [")
        #expect(unreadable?.process.pidfile == "/b.pid" && unreadable?.doubts.count == 1)
    }

    @Test(arguments: [
        ([], "shop: a command is missing; there are: status, "),
        (["statsu"], "shop: unknown command 'statsu'; did you mean 'status'?"),
        (["scale"], "shop: 'scale' needs the number of workers, from 1 to 1024"),
        (["stop", "--timeout", "soon"], "shop: --timeout must be a time"),
        (["status", "--workers", "2"], "shop: '--workers' is a flag of 'serve'"),
        (["status", "--sockt", "/a"], "shop: unknown flag '--sockt'; did you mean '--socket'?"),
    ])
    func mistakesAreExplained(words: [String], line: String) throws {
        let invocation = CommandLineInterface.parse(
            ["ctl"] + words, sources: Fixture.sources(), vocabulary: Fixture.vocabulary, programName: "shop",
            version: "1")
        let report = try #require(invocation.report)
        #expect(report.status == 1)
        #expect(report.errors.hasPrefix(line), "\(report.errors)")
        #expect(report.errors.hasSuffix("Try 'shop ctl --help'.\n"))
    }

    @Test func helpTeachesEveryCommand() throws {
        let text = try #require(Fixture.parse("ctl", "--help").report).output
        for name in ControlCommand.names { #expect(text.contains("\n  \(name)") || text.contains("; \(name):")) }
        for flag in ["--json", "--socket", "--pid", "--name", "--config", "--timeout"] { #expect(text.contains(flag)) }
        #expect(text.contains("shop ctl scale 8 --socket /run/shop.ctl"))
    }

    @Test func asksAndSaysWhatTheServerSays() throws {
        let directory = TemporaryDirectory()
        func ask(_ command: ControlCommand) throws -> ControlAnswer {
            let path = "\(directory.path)/\(command.words[0])"
            try NativeThread.start(name: "arbiter") { Self.serveOnce(path + ".ctl") }
            #expect(eventually { UnixSocketName.state(of: path + ".ctl") == .answered })
            var process = ProcessSettings()
            process.pidfile = command.words[0] + ".pid"
            let errand = ControlErrand(
                request: ControlRequest(command), process: process, timeout: .seconds(20), doubts: [])
            return try CtlClient(errand: errand, program: "shop", environment: [:], directory: directory.path).ask()
        }
        #expect(try ask(.scale(3)) == ControlAnswer(status: 0, text: "done: scale 3"))
        let failure = #expect(throws: CtlFailure.self) { try ask(.reload) }
        #expect(failure == .unanswered("\(directory.path)/reload.ctl"))
        #expect(try ask(.stop) == ControlAnswer(status: 0, text: "stopped"), "a server that is gone has stopped")
    }

    /// An arbiter for one request: it does what it is told, but leaves at a reload and at a stop.
    private static func serveOnce(_ path: String) {
        guard let control = try? ControlSocket(path: path) else { return }
        defer { control.close() }
        while waitUntilReadable(control.descriptor, milliseconds: 20_000) {
            for call in control.serve(now: MonotonicClock.milliseconds()) {
                guard case .scale(let count) = call.request.command else { return }
                let now = MonotonicClock.milliseconds()
                return control.conclude(call.client, status: 0, outcome: "done: scale \(count)", now: now)
            }
        }
    }

    @Test func nobodyListening() {
        let process = ProcessSettings()
        let client = CtlClient(
            errand: ControlErrand(
                request: ControlRequest(.status), process: process, timeout: nil, doubts: ["x:1: no"]),
            program: "no-such-server", environment: ["XDG_RUNTIME_DIR": "/nonexistent"], directory: "/")
        let failure = #expect(throws: CtlFailure.self) { try client.ask() }
        #expect(failure?.description.hasPrefix("no server listens on /nonexistent/no-such-server.ctl or /") == true)
        #expect(failure?.description.hasSuffix("x:1: no (this may be why it was not found)") == true)
    }
}
