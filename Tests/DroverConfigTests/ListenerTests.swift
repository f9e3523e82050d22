import Drover
import DroverConfig
import DroverCore
import Testing

struct ListenerTests {
    /// Own keys win, and of a list the earlier mappings; https://yaml.org/type/merge.html.
    @Test func mergeKeysCompleteAMapping() throws {
        let yaml = """
            cache: &cache { entries: 7, age: 3 }
            listeners:
              - &base { bind: 'a:1', backlog: 10, protocol: echo }
              - &other { bind: 'a:2', backlog: 20, accept: reuseport, cache: { <<: *cache, age: 9 } }
              - { bind: 'a:3', <<: *base }
              - { <<: [*base, *other], bind: 'a:4' }
              - <<: [*other, { protocol: echo }]
                bind: 'a:5'
                backlog: 50
            """
        let loaded = try #require(Fixture.parse(yaml: yaml).loaded)
        let listeners = loaded.settings.listeners
        #expect(listeners.map(\.bind.description) == ["a:1", "a:2", "a:3", "a:4", "a:5"])
        #expect(listeners.map(\.backlog) == [10, 20, 10, 10, 50])
        #expect(listeners.map(\.protocolName) == ["echo", "greet", "echo", "echo", "echo"])
        #expect(listeners.map(\.accept) == [.shared, .reuseport, .shared, .reuseport, .reuseport])
        #expect(try listeners[4].sections["cache"]?["entries"]?.string() == "7")
        #expect(try listeners[4].sections["cache"]?["age"]?.string() == "9")
        #expect(loaded.origins["listeners[3].backlog"]?.description == "drover.yaml:3:35")
    }

    @Test func nothingConfiguredIsOneOnLoopback() throws {
        let loaded = try #require(Fixture.parse().loaded)
        var expected = ListenerSettings(bind: .tcp(host: "127.0.0.1", port: 8000))
        expected.protocolName = "greet"
        expected.application = "hello"
        #expect(loaded.settings.listeners == [expected])
        #expect(expected.backlog == 2048)
        #expect(expected.accept == .shared)
        #expect(expected.transport == "plain")
    }

    @Test func eachAddressMakesOneWithTheSettingsAtTheTop() throws {
        let loaded = try #require(
            Fixture.parse(
                "-b", "a:1", "-b", "b:2", "--backlog", "7", yaml: "reuse_port: true\ntransport: sealed\nprotocol: echo"
            ).loaded)
        #expect(loaded.settings.listeners.map(\.bind.description) == ["a:1", "b:2"])
        for listener in loaded.settings.listeners {
            #expect(listener.backlog == 7)
            #expect(listener.accept == .reuseport)
            #expect(listener.transport == "sealed")
            #expect(listener.protocolName == "echo")
            #expect(listener.application == "inspect", "the application that this protocol calls by default")
        }
    }

    @Test func entriesTakeWhatTheyLeaveOutFromTheTop() throws {
        let yaml = """
            backlog: 5
            reuse_port: true
            listeners:
              - { bind: "a:1" }
              - { bind: "b:2", protocol: echo, app: hello, backlog: 6, accept: shared, transport: sealed }
            """
        let loaded = try #require(Fixture.parse(yaml: yaml).loaded)
        let (first, second) = (loaded.settings.listeners[0], loaded.settings.listeners[1])
        #expect(first.backlog == 5)
        #expect(first.accept == .reuseport)
        #expect(first.protocolName == "greet")
        #expect(first.application == "hello")
        #expect(second.backlog == 6)
        #expect(second.accept == .shared)
        #expect(second.protocolName == "echo")
        #expect(second.application == "hello")
        #expect(second.transport == "sealed")
        #expect(loaded.origins["listeners[0].backlog"]?.description == "drover.yaml:1:10")
        #expect(loaded.origins["listeners[0].accept"]?.description == "drover.yaml:2:13")
        #expect(loaded.origins["listeners[1].accept"]?.description == "drover.yaml:5:68")
        #expect(loaded.origins["listeners[1].bind"]?.description == "drover.yaml:5:13")
        #expect(loaded.origins["listeners[0].transport"]?.description == "default")
    }

    @Test func alternativesHaveTheirApplications() throws {
        let yaml = """
            transport: sealed
            listeners:
              - { bind: "a:1", alternatives: [echo] }
              - { bind: "b:2", protocol: echo, alternatives: ["greet:inspect"] }
              - { bind: "c:3" }
            """
        let loaded = try #require(Fixture.parse(yaml: yaml).loaded)
        #expect(
            loaded.settings.listeners.map { $0.alternatives.entries.map(\.text) } == [
                ["echo:inspect"], ["greet:inspect"], [],
            ])
        #expect(loaded.settings.listeners[1].application == "inspect", "the listener's own protocol keeps its own")
    }

    @Test func deadlinesAreTheListenersOwnOrThoseAtTheTop() throws {
        let yaml = """
            keepalive: 7
            listeners:
              - { bind: "a:1", read_timeout: 2, request_timeout: 1m }
              - { bind: "b:2", keepalive: 0, handshake_timeout: 500ms }
            """
        let loaded = try #require(Fixture.parse("--write-timeout", "9", yaml: yaml).loaded)
        let (first, second) = (loaded.settings.listeners[0].timeouts, loaded.settings.listeners[1].timeouts)
        #expect(first.keepalive == .seconds(7))
        #expect(first.read == .seconds(2))
        #expect(first.request == .seconds(60))
        #expect(first.write == .seconds(9))
        #expect(second.keepalive == .zero)
        #expect(second.read == .seconds(30))
        #expect(second.handshake == .milliseconds(500))
        #expect(second.write == .seconds(9))
        #expect(loaded.origins["listeners[0].keepalive"]?.description == "drover.yaml:1:12")
        #expect(loaded.origins["listeners[1].keepalive"]?.description == "drover.yaml:4:31")
        #expect(
            Fixture.parse(yaml: "listeners: [{ bind: 'a:1', timeout: 3 }]").mistakes.first?.contains("timeout") == true,
            "a worker's deadline is no listener's")
    }

    @Test func protocolMayHaveAnIdleTimeOfItsOwn() throws {
        var vocabulary = Fixture.vocabulary
        vocabulary.idleTimes["echo"] = IdleTime(section: Fixture.section) {
            try Fixture.section.settings(from: $0).age
        }
        let yaml = """
            keepalive: 7
            cache: { age: 8 }
            listeners:
              - { bind: "a:1" }
              - { bind: "b:2", protocol: echo }
              - { bind: "c:3", protocol: echo, cache: { age: 9 } }
            """
        let loaded = try #require(Fixture.parse(yaml: yaml, vocabulary: vocabulary).loaded)
        #expect(loaded.settings.listeners.map(\.idle) == [nil, .seconds(8), .seconds(9)])
        let bare = try #require(Fixture.parse("--protocol", "echo", vocabulary: vocabulary).loaded)
        #expect(bare.settings.listeners.map(\.idle) == [.seconds(5)], "the section's default")
    }

    @Test func bindFromAboveReplacesTheList() throws {
        let yaml = "listeners: [{ bind: 'a:1', protocol: echo }, { bind: 'b:2' }]"
        #expect(Fixture.parse("-b", "c:3", yaml: yaml).loaded?.settings.listeners.map(\.bind.description) == ["c:3"])
        let environment = ["DROVER_BIND": "d:4"]
        let variable = Fixture.parse(yaml: yaml, environment: environment).loaded
        #expect(variable?.settings.listeners.map(\.bind.description) == ["d:4"])
        #expect(variable?.settings.listeners.map(\.protocolName) == ["greet"])
        let port = Fixture.parse(yaml: yaml, environment: ["PORT": "80"]).loaded
        #expect(port?.settings.listeners.map(\.bind.description) == ["a:1", "b:2"], "PORT replaces no list")
    }

    @Test func flagsReachTheEntriesThatLeaveThemOpen() throws {
        let yaml = "listeners: [{ bind: 'a:1', protocol: echo }, { bind: 'b:2' }]"
        let loaded = try #require(Fixture.parse("--protocol", "greet", yaml: yaml).loaded)
        #expect(loaded.settings.listeners.map(\.protocolName) == ["echo", "greet"])
    }

    @Test func flagThatNoEntryLeavesOpenIsRefused() {
        let yaml = "listeners: [{ bind: 'a:1', protocol: echo, accept: shared }]"
        #expect(
            Fixture.parse("--protocol", "greet", yaml: yaml).mistakes == [
                "--protocol: has no effect: every listener in the file has its own 'protocol'"
            ])
        #expect(
            Fixture.parse("--reuse-port", yaml: yaml).mistakes == [
                "--reuse-port: has no effect: every listener in the file has its own 'accept'"
            ])
        #expect(Fixture.parse(yaml: yaml, environment: ["DROVER_PROTOCOL": "greet"]).loaded != nil)
    }

    @Test func protocolThatCallsNoApplicationHasNone() throws {
        var vocabulary = Fixture.vocabulary
        vocabulary.applicationsByProtocol["echo"] = CallableApplications.none
        let yaml = "listeners: [{ bind: 'a:1', protocol: echo }, { bind: 'b:2' }]"
        let loaded = try #require(Fixture.parse(yaml: yaml, vocabulary: vocabulary).loaded)
        #expect(loaded.settings.listeners.map(\.application) == ["", "hello"])
        let printed = Fixture.parse("print-config", yaml: yaml, vocabulary: vocabulary).report?.output
        #expect(printed?.split(separator: "\n").count { $0.hasPrefix("    app: ") } == 1)
    }

    @Test func portZeroCanBeThereTwice() {
        #expect(Fixture.parse("-b", "a:0", "-b", "a:0").loaded?.settings.listeners.count == 2)
        #expect(Fixture.parse("-b", "a:1", "-b", "a:1").mistakes == ["--bind: has the address 'a:1' twice"])
    }

    @Test func serverWithoutProtocolsSaysSo() {
        var vocabulary = Fixture.vocabulary
        vocabulary.protocols = []
        #expect(
            Fixture.parse(vocabulary: vocabulary).mistakes == ["this server has no protocol to speak: give it a plugin"]
        )
    }
}
