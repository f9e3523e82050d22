import DroverCore
import DroverWorkers
import Testing

@testable import Drover
@testable import DroverConfig

/// Which applications a protocol may be given, and which it calls when none is named.
struct CallableApplicationTests {
    private func plugin(_ name: String, calls interface: String?, apps: [(String, String?)] = []) -> Plugin {
        Plugin(
            name,
            protocols: [
                ProtocolDefinition(name, needsApplication: true, interface: interface) { _ in Unserved() }
            ],
            applications: apps.map { name, interface in
                ApplicationDefinition(name, interface: interface) { worker in worker }
            })
    }

    private struct Unserved: ServerProtocol {
        func serve(_ connection: Connection) async throws {}
    }

    private var vocabulary: SettingsVocabulary {
        WorkerRegistry([
            plugin("tell", calls: "methods", apps: [("methods", "methods"), ("more", "methods")]),
            plugin("page", calls: "pages", apps: [("shop", "pages"), ("anything", nil)]),
            plugin("gate", calls: "pages"), plugin("open", calls: nil),
            Plugin("mute", protocols: [ProtocolDefinition("mute") { _ in Unserved() }]),
        ]).vocabulary
    }

    @Test func firstThatFitsIsTheDefault() throws {
        let yaml =
            "listeners: ["
            + ["tell", "page", "gate", "open", "mute"].map { "{ bind: '\($0):1', protocol: \($0) }" }
            .joined(separator: ", ") + "]"
        let loaded = try #require(Fixture.parse(yaml: yaml, vocabulary: vocabulary).loaded)
        #expect(loaded.settings.listeners.map(\.application) == ["methods", "shop", "shop", "methods", ""])
    }

    @Test func applicationOfAnotherProtocolIsRefusedWhereItIsNamed() {
        let yaml = """
            listeners:
              - { bind: "a:1", protocol: tell, app: more }
              - { bind: "b:2", protocol: gate, app: anything }
              - { bind: "c:3", protocol: tell, app: shop }
              - { bind: "d:4", protocol: gate, app: methods }
            """
        #expect(
            Fixture.parse(yaml: yaml, vocabulary: vocabulary).mistakes == [
                "drover.yaml:4:41: the protocol 'tell' cannot call 'shop'; it can call methods, more, anything",
                "drover.yaml:5:41: the protocol 'gate' cannot call 'methods'; it can call shop, anything",
            ])
        #expect(
            Fixture.parse("--protocol", "page", "--app", "more", vocabulary: vocabulary).mistakes == [
                "--app: the protocol 'page' cannot call 'more'; it can call shop, anything"
            ])
        #expect(
            Fixture.parse(yaml: "app: shop\nlisteners: [{ bind: 'a:1' }]", vocabulary: vocabulary).mistakes == [
                "drover.yaml:1:6: the protocol 'tell' cannot call 'shop'; it can call methods, more, anything"
            ], "what stands at the top counts for listeners that leave it out")
    }

    @Test func protocolWithoutAnyApplicationIsRefusedWhereItIsChosen() {
        let lonely = WorkerRegistry([
            plugin("tell", calls: "methods", apps: [("methods", "methods")]), plugin("gate", calls: "pages"),
        ]).vocabulary
        let mistake = "the protocol 'gate' needs an application, and this server has none that it can call"
        #expect(
            Fixture.parse(yaml: "listeners: [{ bind: 'a:1', protocol: gate }]", vocabulary: lonely).mistakes == [
                "drover.yaml:1:38: \(mistake)"
            ])
        #expect(Fixture.parse("--protocol", "gate", vocabulary: lonely).mistakes == ["--protocol: \(mistake)"])
    }
}
