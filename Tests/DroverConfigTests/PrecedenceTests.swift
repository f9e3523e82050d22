import DroverConfig
import DroverCore
import Testing

struct PrecedenceTests {
    @Test func defaultIsBelowFileBelowEnvironmentBelowFlags() throws {
        let none = try #require(Fixture.parse().loaded)
        #expect(none.settings.workers.count == 1)
        #expect(none.origins["workers"]?.place == .builtIn)

        let file = try #require(Fixture.parse(yaml: "workers: 2").loaded)
        #expect(file.settings.workers.count == 2)
        #expect(file.origins["workers"]?.description == "drover.yaml:1:10")

        let environment = try #require(
            Fixture.parse(yaml: "workers: 2", environment: ["DROVER_WORKERS": "3"]).loaded)
        #expect(environment.settings.workers.count == 3)
        #expect(environment.origins["workers"]?.description == "DROVER_WORKERS")

        let flag = try #require(
            Fixture.parse("-w", "4", yaml: "workers: 2", environment: ["DROVER_WORKERS": "3"]).loaded)
        #expect(flag.settings.workers.count == 4)
        #expect(flag.origins["workers"]?.description == "--workers")
    }

    @Test func platformVariablesAreBelowTheirOwn() throws {
        let platform = ["WEB_CONCURRENCY": "5", "PORT": "81"]
        let loaded = try #require(Fixture.parse(yaml: "workers: 2\nbind: 'a:1'", environment: platform).loaded)
        #expect(loaded.settings.workers.count == 5)
        #expect(loaded.origins["workers"]?.description == "WEB_CONCURRENCY")
        #expect(loaded.settings.listeners.map(\.bind) == [.tcp(host: "0.0.0.0", port: 81)])

        let own = ["DROVER_WORKERS": "6", "DROVER_BIND": "b:2"].merging(platform) { own, _ in own }
        let both = try #require(Fixture.parse(environment: own).loaded)
        #expect(both.settings.workers.count == 6)
        #expect(both.settings.listeners.map(\.bind) == [.tcp(host: "b", port: 2)])
    }

    @Test func argumentsVariableRanksAsEnvironment() throws {
        let environment = ["DROVER_CMD_ARGS": "-w 7 --name 'the shop' -e A=1 -eB=2", "DROVER_WORKERS": "6"]
        let loaded = try #require(Fixture.parse(environment: environment).loaded)
        #expect(loaded.settings.workers.count == 7)
        #expect(loaded.origins["workers"]?.description == "DROVER_CMD_ARGS: --workers")
        #expect(loaded.settings.process.name == "the shop")
        let variables = [EnvironmentVariable("A", "1"), EnvironmentVariable("B", "2")]
        #expect(loaded.settings.process.environment == variables)
        #expect(Fixture.parse("-w", "8", environment: environment).loaded?.settings.workers.count == 8)
    }

    @Test func fileIsChosenByFlagThenVariable() {
        let files = ["a.yaml": "workers: 11", "b.yaml": "workers: 12", "c.yaml": "workers: 13"]
        func count(_ arguments: String..., environment: [String: String] = [:]) -> Int? {
            let invocation =
                arguments.isEmpty
                ? Fixture.parse(yaml: "workers: 2", files: files, environment: environment)
                : Fixture.parse(arguments[0], arguments[1], yaml: "workers: 2", files: files, environment: environment)
            return invocation.loaded?.settings.workers.count
        }
        #expect(count() == 2)
        #expect(count(environment: ["DROVER_CONFIG": "a.yaml"]) == 11)
        #expect(count(environment: ["DROVER_CONFIG": "a.yaml", "DROVER_CMD_ARGS": "-c b.yaml"]) == 12)
        #expect(count("-c", "c.yaml", environment: ["DROVER_CONFIG": "a.yaml", "DROVER_CMD_ARGS": "-c b.yaml"]) == 13)
    }

    @Test func fileThatIsNamedMustBeThere() {
        #expect(Fixture.parse("-c", "no.yaml").mistakes == ["--config: there is no file 'no.yaml'"])
        let environment = ["DROVER_CONFIG": "no.yaml"]
        #expect(Fixture.parse(environment: environment).mistakes == ["DROVER_CONFIG: there is no file 'no.yaml'"])
        #expect(Fixture.parse().loaded?.file == nil)
    }

    @Test func autoIsTheUsableCPUs() throws {
        let loaded = try #require(Fixture.parse(yaml: "workers: auto").loaded)
        #expect(loaded.settings.workers.count == 6)
        #expect(loaded.origins["workers"]?.description == "drover.yaml:1:10 (auto: 6 usable CPUs)")
    }

    @Test func lastFlagCounts() {
        #expect(Fixture.parse("-w", "2", "-w3").loaded?.settings.workers.count == 3)
        #expect(Fixture.parse("--reuse-port", "--no-reuse-port").loaded?.settings.listeners[0].accept == .shared)
    }

    @Test func booleanFlagOverrulesTheFileBothWays() {
        let off = Fixture.parse("--no-reuse-port", yaml: "reuse_port: true").loaded
        #expect(off?.settings.listeners[0].accept == .shared)
        let on = Fixture.parse("--reuse-port", yaml: "reuse_port: false").loaded
        #expect(on?.settings.listeners[0].accept == .reuseport)
    }

    @Test func nullSwitchesAnOptionalSettingOff() throws {
        let loaded = try #require(Fixture.parse(yaml: "pidfile: null\naccesslog:\nproc_name: \"null\"").loaded)
        #expect(loaded.settings.process.pidfile == nil)
        #expect(loaded.settings.logging.accessFile == nil)
        #expect(loaded.settings.process.name == "null")
    }

    @Test func reloadReadsTheSourcesAgain() throws {
        let first = try #require(Fixture.parse("--backlog", "9", yaml: "workers: 2\npidfile: /a").loaded)
        let again = try first.reloaded()
        #expect(again.settings == first.settings)
        #expect(first.changes(to: again).isEmpty)

        let moved = try #require(
            Fixture.parse("--backlog", "9", yaml: "\n\nworkers: 3\npidfile: /b\ncache: {entries: 7}").loaded)
        #expect(moved.settings.listeners == first.settings.listeners)
        let changes = first.changes(to: moved).map { "\($0.name) \($0.effect.rawValue)" }
        #expect(changes == ["workers reload", "pidfile restart", "cache.entries next connection"])
    }
}
