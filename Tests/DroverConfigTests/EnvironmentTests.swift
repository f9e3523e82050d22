import Drover
import DroverCore
import Testing

@testable import DroverConfig

struct EnvironmentTests {
    @Test func everySettingHasAVariable() throws {
        for row in Fixture.table.rows where row.group != .commandLine && row.path != "accept" {
            let suffix = row.path.uppercased().split(separator: ".").joined(separator: "_")
            #expect(row.environment == "DROVER_" + suffix)
        }
    }

    @Test func listsArePartedByCommas() throws {
        let environment = ["DROVER_BIND": "a:1, unix:/x ,[::1]:2", "DROVER_RAW_ENV": "A=1,B="]
        let loaded = try #require(Fixture.parse(environment: environment).loaded)
        #expect(loaded.settings.listeners.map(\.bind.description) == ["a:1", "unix:/x", "[::1]:2"])
        let variables = [EnvironmentVariable("A", "1"), EnvironmentVariable("B", "")]
        #expect(loaded.settings.process.environment == variables)
    }

    @Test func emptyVariablesAreNotSet() throws {
        let environment = [
            "DROVER_WORKERS": "", "PORT": "", "WEB_CONCURRENCY": "", "DROVER_CMD_ARGS": "", "DROVER_CONFIG": "",
        ]
        let loaded = try #require(Fixture.parse(yaml: "workers: 2", environment: environment).loaded)
        #expect(loaded.settings.workers.count == 2)
        #expect(loaded.settings.listeners.map(\.bind) == [.standard])
    }

    @Test func sectionsHaveVariables() throws {
        let loaded = try #require(Fixture.parse(environment: ["DROVER_CACHE_ENTRIES": "8"]).loaded)
        #expect(try loaded.settings.sections["cache"]?.integer("entries") == 8)
        #expect(loaded.origins["cache.entries"]?.description == "DROVER_CACHE_ENTRIES")
    }

    @Test(arguments: [
        ("DROVER_WORKERS", "x", "DROVER_WORKERS: must be 'auto' or a whole number from 1 to 1024, not 'x'"),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY: must be 'auto' or a whole number from 1 to 1024, not '0'"),
        ("PORT", "tcp://10.0.0.1:80", "PORT: must be a port from 0 to 65535, not 'tcp://10.0.0.1:80'"),
        ("PORT", "65536", "PORT: must be a port from 0 to 65535, not '65536'"),
        (
            "DROVER_BIND", "a:x",
            "DROVER_BIND: has the address 'a:x': the port must be a number from 0 to 65535, not 'x'"
        ),
        ("DROVER_RAW_ENV", "A=1,B", "DROVER_RAW_ENV: must be NAME=VALUE, not 'B'"),
        ("DROVER_CACHE_ENTRIES", "0", "DROVER_CACHE_ENTRIES: must be a whole number from 1 to 1000, not '0'"),
        (
            "DROVER_CMD_ARGS", "--backlog 0",
            "DROVER_CMD_ARGS: --backlog: must be a whole number from 1 to 65535, not '0'"
        ),
        ("DROVER_CMD_ARGS", "--wrkers 3", "DROVER_CMD_ARGS: unknown flag '--wrkers'; did you mean '--workers'?"),
        ("DROVER_CMD_ARGS", "-n 'x", "DROVER_CMD_ARGS: cannot be split into words: a ' has no partner"),
        ("DROVER_CMD_ARGS", "-n x\\", "DROVER_CMD_ARGS: cannot be split into words: a backslash is its last character"),
        ("DROVER_CMD_ARGS", "--help", "DROVER_CMD_ARGS: can hold the flags of settings only"),
        ("DROVER_CMD_ARGS", "print-config", "DROVER_CMD_ARGS: unexpected argument 'print-config'"),
        (
            "DROVER_CMD_ARGS", "--check-config",
            "DROVER_CMD_ARGS: '--check-config' is a flag of 'serve' on the command line only"
        ),
    ])
    func mistakesNameTheVariable(_ name: String, _ value: String, _ message: String) {
        let invocation = Fixture.parse(environment: [name: value])
        #expect(invocation.mistakes == [message])
        #expect(invocation.report?.status == 1)
    }

    @Test func misspeltVariablesAreWarnedAbout() throws {
        // The others are what a cluster sets for a service that is called drover.
        let environment = [
            "DROVER_WORKER": "3", "DROVER_PORT": "tcp://10.0.0.1:80", "DROVER_SERVICE_HOST": "10.0.0.1",
            "DROVER_PORT_80_TCP_ADDR": "10.0.0.1",
        ]
        let loaded = try #require(Fixture.parse(environment: environment).loaded)
        #expect(
            loaded.warnings.map(\.description) == ["DROVER_WORKER: no such setting; did you mean DROVER_WORKERS?"])
        let report = Fixture.parse("check-config", environment: environment).report
        #expect(report?.status == 0)
        #expect(report?.errors == "warning: DROVER_WORKER: no such setting; did you mean DROVER_WORKERS?\n")
    }

    @Test(arguments: [
        ("", []), ("  ", []), ("a b", ["a", "b"]), (" a\t b\n", ["a", "b"]), ("'a b' c", ["a b", "c"]),
        ("\"a b\"", ["a b"]), ("a\\ b", ["a b"]), ("a'b'\"c\"", ["abc"]), ("''", [""]), ("\"\"x", ["x"]),
        ("\"a\\\"b\"", ["a\"b"]), ("\"a\\b\"", ["a\\b"]), ("'a\\b'", ["a\\b"]), ("-e A='x y'", ["-e", "A=x y"]),
    ])
    func wordsAreSplitAsAShellWould(_ text: String, _ words: [String]) throws {
        #expect(try ShellWords.split(text) == words)
    }
}
