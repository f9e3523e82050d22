import DroverCore
import DroverHTTP
import DroverHTTPMessages
import Testing

@Suite struct SettingsTests {
    @Test func defaultsAreThoseOfTheLimits() throws {
        let settings = try HTTPSettings(section: HTTPSettings.section.completed())
        #expect(settings.limits == HeadLimits())
        #expect(settings.limits.requestLine == 8_190)
        #expect(settings.limits.fields == 100)
        #expect(settings.limits.fieldSize == 8_190)
    }

    @Test func writtenValuesCount() throws {
        let entries = [
            ("limit_request_line", "100"), ("limit_request_fields", "7"), ("limit_request_field_size", "200"),
            ("limit_request_head", "2k"), ("limit_request_body", "1m"),
        ].map { SettingsNode.Entry($0, at: .builtIn, SettingsNode(.scalar($1, quoted: false), at: .builtIn)) }
        let limits = try HTTPSettings(section: SettingsNode(.mapping(entries), at: .builtIn)).limits
        #expect(
            [limits.requestLine, limits.fields, limits.fieldSize, limits.head, limits.body] == [
                100, 7, 200, 2_048, 1 << 20,
            ])
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
