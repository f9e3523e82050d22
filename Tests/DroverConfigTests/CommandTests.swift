import DroverConfig
import DroverCore
import DroverSystem
import Testing

@testable import Drover

struct CommandTests {
    @Test func noCommandServes() {
        let bare = CommandLineInterface.parse(
            [], sources: Fixture.sources(), vocabulary: Fixture.vocabulary, programName: "shop", version: "1")
        #expect(bare.loaded != nil)
        #expect(Fixture.parse("serve").loaded != nil)
        #expect(Fixture.parse("-w", "2").loaded?.settings.workers.count == 2)
    }

    @Test func helpTeachesByExamples() throws {
        for report in [Fixture.parse("--help").report, Fixture.parse("-h").report, Fixture.parse("help").report] {
            let text = try #require(report).output
            #expect(report?.status == 0)
            #expect(text.contains("EXAMPLES:"))
            #expect(text.contains("shop --bind :8080 --workers auto"))
            #expect(text.contains("-w, --workers"))
            #expect(text.contains("print-config"))
            #expect(!text.contains("drover --bind"))
        }
    }

    @Test func examplesOfTheHelpAreRight() throws {
        let help = try #require(Fixture.parse("--help").report).output
        let section = help.split(separator: "FLAGS:")[0].split(separator: "EXAMPLES:")[1]
        let examples = section.split(separator: "\n").filter { $0.hasPrefix("    shop") }
        #expect(examples.count >= 5)
        for example in examples {
            let words = example.split(separator: " ").dropFirst().map(String.init)
            let invocation = CommandLineInterface.parse(
                words, sources: Fixture.sources(files: ["/etc/shop/drover.yaml": ""]), vocabulary: Fixture.vocabulary,
                programName: "shop", version: "1")
            #expect(invocation.report == nil || invocation.report?.status == 0, "\(example)")
        }
    }

    @Test func versionIsTheProgramsOwn() {
        #expect(Fixture.parse("--version").report == .success("shop 9.8.7\n"))
    }

    @Test(arguments: [["check-config"], ["--check-config"], ["serve", "--check-config"]])
    func checkConfigSaysWhatWouldBeServed(_ words: [String]) {
        let invocation =
            words.count == 1
            ? Fixture.parse(words[0], yaml: "workers: 2") : Fixture.parse(words[0], words[1], yaml: "workers: 2")
        let line = "configuration ok (drover.yaml): 2 async workers, greet on 127.0.0.1:8000\n"
        #expect(invocation.report == .success(line))
        let sealed = Fixture.parse(
            "check-config", yaml: "listeners: [{ bind: '127.0.0.1:1', transport: sealed }, { bind: '127.0.0.1:2' }]")
        #expect(sealed.report?.output.hasSuffix(" greet over sealed on 127.0.0.1:1, greet on 127.0.0.1:2\n") == true)
        var vocabulary = Fixture.vocabulary
        vocabulary.transportLabels["sealed"] = "envelopes or plain"
        let labelled = Fixture.parse("check-config", yaml: "transport: sealed", vocabulary: vocabulary)
        #expect(labelled.report?.output.hasSuffix(" greet over envelopes or plain on 127.0.0.1:8000\n") == true)
        let wrong =
            words.count == 1 ? Fixture.parse(words[0], yaml: "x: 2") : Fixture.parse(words[0], words[1], yaml: "x: 2")
        #expect(wrong.report?.status == 1)
        #expect(wrong.mistakes == ["drover.yaml:1:1: unknown setting 'x'"])
    }

    @Test func printConfigShowsValuesAndOrigins() throws {
        let environment = ["DROVER_TIMEOUT": "90s"]
        let report = Fixture.parse("print-config", "-w", "auto", yaml: "backlog: 9", environment: environment).report
        let text = try #require(report).output
        func line(_ value: String) -> Substring? {
            let found = text.split(separator: "\n").first { $0.drop { $0 == " " || $0 == "-" }.hasPrefix(value + " ") }
            return found?.split(separator: "# ").last
        }
        #expect(line("workers: 6") == "--workers (auto: 6 usable CPUs)")
        #expect(line("backlog: 9") == "drover.yaml:1:10")
        #expect(line("timeout: 90") == "DROVER_TIMEOUT")
        #expect(line("keepalive: 15") == "default")
        #expect(line("entries: 100") == "default")
        #expect(line("bind: \"127.0.0.1:8000\"") == "default")
        #expect(
            Fixture.parse("--print-config", "-w", "auto", yaml: "backlog: 9", environment: environment).report == report
        )
    }

    @Test func printedConfigReadsBackAsTheSame() throws {
        let yaml = """
            workers: 3
            timeout: 1.25
            raw_env: { A: "x y", B: '#"\\' }
            proc_name: "yes"
            accesslog: "-"
            pidfile: /run/a b.pid
            cache: { size: 3m, folder: "/a: b", peers: ["1", null-ish], rules: { a: [1, "1", true, {}], b: ~ } }
            listeners:
              - { bind: "[::1]:1", protocol: echo, accept: reuseport, cache: { entries: 2 } }
              - { bind: "unix:/tmp/a b", backlog: 3 }
            """
        let first = try #require(Fixture.parse(yaml: yaml).loaded)
        let printed = try #require(Fixture.parse("print-config", yaml: yaml).report).output
        let second = try #require(Fixture.parse(yaml: printed).loaded, "\(printed)\n\(Fixture.parse(yaml: printed))")
        #expect(second.settings == first.settings)
    }

    @Test func jsonHasValuesAndOrigins() throws {
        let text = try #require(Fixture.parse("print-config", "--json", "-e", "A=\"\\\n", yaml: "workers: 2").report)
            .output
        #expect(text.contains(#""workers": {"value": 2, "from": "drover.yaml:1:10"}"#))
        #expect(text.contains(#""raw_env": {"value": ["A=\"\\\n"], "from": "--env"}"#))
        #expect(text.contains(#""pidfile": {"value": null, "from": "default"}"#))
        #expect(text.contains(#""size": {"value": 65536, "from": "default"}"#))
        // JSON is YAML: the reader of the one can tell whether the other is well formed.
        let document = try YAMLDocumentProbe.mapping(text)
        #expect(document == ["file", "listeners", "settings", "sections"])
    }

    @Test func settingsListsEveryRow() throws {
        let table = SettingsTable(Fixture.vocabulary)
        let text = try #require(Fixture.parse("settings").report).output
        let json = try #require(Fixture.parse("settings", "--json").report).output
        let markdown = try #require(Fixture.parse("settings", "--markdown").report).output
        for row in table.rows {
            #expect(text.contains("\n  \(row.path)"))
            #expect(json.contains("\"name\": \"\(row.path)\""))
            #expect(markdown.contains("\n| `\(row.spec.name)` |"))
            for flag in row.spec.flags { #expect(markdown.contains("`\(flag)`")) }
        }
        #expect(markdown.contains("## Where a value comes from"))
        #expect(markdown.contains("| `wsgi_app` |"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 })
    }

    @Test func machineReadsRealFiles() throws {
        let directory = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        let sources = SettingsSources.machine(environment: [:], directory: directory)
        #expect(try sources.readFile("CommandTests.swift")?.contains("machineReadsRealFiles") == true)
        #expect(try sources.readFile(#filePath) != nil)
        #expect(try sources.readFile("no-such-file.yaml") == nil)
        #expect(throws: SystemError.self) { try sources.readFile(directory) }
        #expect(sources.usableCPUs() >= 1)
    }
}
