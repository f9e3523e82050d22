import DroverCore
import DroverWorkers
import Logging
import Testing

@testable import Drover
@testable import DroverConfig

/// Which applications a protocol may be given, and which it calls when none is named.
struct CallableApplicationTests {
    private struct Methods: Sendable {}
    private struct Page: Sendable {}

    private func plugin<Handler>(
        _ name: String, calls kind: ApplicationKind<Handler>, _ handler: Handler, apps: [String] = []
    ) -> Plugin {
        Plugin(
            name, protocols: [ProtocolDefinition(name, calling: kind) { _, _ in Unserved() }],
            applications: apps.map { name in ApplicationDefinition(name, kind: kind) { _ in handler } })
    }

    private let methods = ApplicationKind<Methods>("methods")
    private let pages = ApplicationKind<Page>("pages")

    private struct Unserved: ServerProtocol {
        func serve(_ connection: Connection) async throws {}
    }

    private var vocabulary: SettingsVocabulary {
        WorkerRegistry([
            plugin("tell", calls: methods, Methods(), apps: ["methods", "more"]),
            plugin("page", calls: pages, Page(), apps: ["shop", "garden"]), plugin("gate", calls: pages, Page()),
            plugin("post", calls: ApplicationKind<Page>("letters"), Page(), apps: ["shop"]),
            Plugin("mute", protocols: [ProtocolDefinition("mute") { _ in Unserved() }]),
        ]).vocabulary
    }

    @Test func firstThatFitsIsTheDefault() throws {
        let yaml =
            "listeners: ["
            + ["tell", "page", "gate", "post", "mute"].map { "{ bind: '\($0):1', protocol: \($0) }" }
            .joined(separator: ", ") + "]"
        let loaded = try #require(Fixture.parse(yaml: yaml, vocabulary: vocabulary).loaded)
        #expect(loaded.settings.listeners.map(\.application) == ["methods", "shop", "shop", "shop", ""])
    }

    @Test func applicationOfAnotherProtocolIsRefusedWhereItIsNamed() {
        let yaml = """
            listeners:
              - { bind: "a:1", protocol: tell, app: more }
              - { bind: "b:2", protocol: gate, app: garden }
              - { bind: "c:3", protocol: tell, app: shop }
              - { bind: "d:4", protocol: gate, app: methods }
            """
        #expect(
            Fixture.parse(yaml: yaml, vocabulary: vocabulary).mistakes == [
                "drover.yaml:4:41: the protocol 'tell' cannot call 'shop'; it can call methods, more",
                "drover.yaml:5:41: the protocol 'gate' cannot call 'methods'; it can call shop, garden",
            ])
        #expect(
            Fixture.parse("--protocol", "page", "--app", "more", vocabulary: vocabulary).mistakes == [
                "--app: the protocol 'page' cannot call 'more'; it can call shop, garden"
            ])
        #expect(
            Fixture.parse(yaml: "app: shop\nlisteners: [{ bind: 'a:1' }]", vocabulary: vocabulary).mistakes == [
                "drover.yaml:1:6: the protocol 'tell' cannot call 'shop'; it can call methods, more"
            ], "what stands at the top counts for listeners that leave it out")
    }

    @Test func protocolWithoutAnyApplicationIsRefusedWhereItIsChosen() {
        let lonely = WorkerRegistry([
            plugin("tell", calls: methods, Methods(), apps: ["methods"]), plugin("gate", calls: pages, Page()),
        ]).vocabulary
        let mistake = "the protocol 'gate' needs an application, and this server has none that it can call"
        #expect(
            Fixture.parse(yaml: "listeners: [{ bind: 'a:1', protocol: gate }]", vocabulary: lonely).mistakes == [
                "drover.yaml:1:38: \(mistake)"
            ])
        #expect(Fixture.parse("--protocol", "gate", vocabulary: lonely).mistakes == ["--protocol: \(mistake)"])
    }

    @Test func applicationsOfOneNameAreToldApartByTheirKind() throws {
        struct Named: ServerProtocol {
            let name: String
            func serve(_ connection: Connection) async throws {}
        }
        let numbers = ApplicationKind<Int>("numbers")
        let texts = ApplicationKind<String>("texts")
        let others = ApplicationKind<String>("other texts")
        let registry = WorkerRegistry([
            Plugin("numbers", applications: [ApplicationDefinition("app", kind: numbers) { _ in 7 }]),
            Plugin("texts", applications: [ApplicationDefinition("app", kind: texts) { _ in "seven" }]),
        ])
        let worker = WorkerIdentity(pid: 1, slot: 0, generation: 1)
        let definition = ProtocolDefinition("tell", calling: texts) { _, text in Named(name: text) }
        #expect(definition.kind == texts.id)
        let found = try #require(registry.application("app", texts.id))
        #expect(found.plugin.name == "texts")
        let made = try found.definition.make(ApplicationContext(worker: worker))
        let served = try definition.make(ProtocolContext(worker: worker, logger: Logger(label: "test")), made)
        #expect((served as? Named)?.name == "seven")
        #expect(registry.application("app", others.id) == nil)
    }
}
