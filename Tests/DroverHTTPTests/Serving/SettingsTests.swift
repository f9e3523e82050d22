import DroverCore
import DroverSystem
import Testing

@testable import DroverHTTP
@testable import DroverHTTPMessages

@Suite struct SettingsTests {
    @Test func defaultsAreThoseOfTheLimits() throws {
        let settings = try HTTPSettings.section.settings(from: HTTPSettings.section.completed())
        #expect(settings == HTTPSettings())
        #expect(settings.rules.limits == HeadLimits())
        #expect(settings.rules.limits.requestLine == 8_190)
        #expect(settings.rules.limits.fields == 100)
        #expect(settings.rules.limits.fieldSize == 8_190)
    }

    @Test func writtenValuesCount() throws {
        let entries = [
            ("limit_request_line", "100"), ("limit_request_fields", "7"), ("limit_request_field_size", "200"),
            ("limit_request_head", "2k"), ("limit_request_body", "1m"), ("body_minimum_rate", "1k"),
            ("body_rate_grace", "2m"), ("forwarded_allow_ips", "10.0.0.0/8,unix"), ("header_map", "dangerous"),
        ].map { SettingsNode.Entry($0, at: .builtIn, SettingsNode(.scalar($1, quoted: false), at: .builtIn)) }
        let settings = try HTTPSettings.section.settings(from: SettingsNode(.mapping(entries), at: .builtIn))
        let limits = settings.rules.limits
        #expect(
            [limits.requestLine, limits.fields, limits.fieldSize, limits.head, limits.body] == [
                100, 7, 200, 2_048, 1 << 20,
            ])
        #expect(settings.rules.bodyPace == BodyPace(rate: 1_024, grace: 120_000))
        #expect(settings.rules.forwarding.trusted.ranges.map(\.description) == ["10.0.0.0/8", "unix"])
        #expect(settings.rules.forwarding.underscores == .allow)
    }

    @Test func pluginOffersWhatItWasGiven() {
        let plugin = Plugin.http { request in .text(request.path) }
        #expect(plugin.protocols.map(\.name) == ["http"])
        #expect(plugin.applications.map(\.name) == ["app"])
        #expect(plugin.sections.map(\.name) == ["http"])
        #expect(Plugin.http.applications.isEmpty)
        #expect(Plugin.http("shop", handler: ClosureHandler { _ in Response() }).applications.map(\.name) == ["shop"])
    }
}
