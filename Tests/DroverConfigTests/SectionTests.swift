import DroverCore
import Testing

@testable import DroverConfig

struct SectionTests {
    @Test func arrivesCompleteWithDefaults() throws {
        let loaded = try #require(Fixture.parse().loaded)
        let section = try #require(loaded.settings.sections["cache"])
        #expect(try section.integer("entries") == 100)
        #expect(try section.byteCount("size") == 65_536)
        #expect(try section.duration("age") == .seconds(5))
        #expect(try section.boolean("eager") == false)
        #expect(section["folder"] == nil)
    }

    @Test func arrivesWithWhatWasWrittenAndWhere() throws {
        let yaml = """
            cache:
              entries: 7
              size: 1m
              folder: /tmp
              peers: [a, b]
              rules: [{ when: late, then: [1, 2] }]
            """
        let loaded = try #require(Fixture.parse("--cache-eager", yaml: yaml).loaded)
        let section = try #require(loaded.settings.sections["cache"])
        #expect(try section.integer("entries") == 7)
        #expect(try section.byteCount("size") == 1 << 20)
        #expect(try section.string("folder") == "/tmp")
        #expect(try section.strings("peers") == ["a", "b"])
        #expect(try section.boolean("eager"))
        let rule = try #require(section.required("rules").elements().first)
        #expect(try rule.string("when") == "late")
        #expect(try rule.strings("then") == ["1", "2"])
        #expect(rule["when"]?.issue("is odd").description == "drover.yaml:6:19: 'when' is odd")
        #expect(section["eager"]?.issue("is odd").description == "--cache-eager: is odd")
        #expect(loaded.origins["cache.entries"]?.description == "drover.yaml:2:12")
    }

    @Test func readersExplainWhatIsWrong() throws {
        let yaml = "cache: { rules: { a: 1, b: x, c: [], d: } }"
        let rules = try #require(Fixture.parse(yaml: yaml).loaded?.settings.sections["cache"]?["rules"])
        func message(_ read: () throws(SettingsIssue) -> Void) -> String? {
            do {
                try read()
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            message { () throws(SettingsIssue) in _ = try rules.integer("b") }
                == "drover.yaml:1:28: 'b' must be a whole number, not 'x'")
        #expect(
            message { () throws(SettingsIssue) in _ = try rules.integer("a", in: 2...3) }
                == "drover.yaml:1:22: 'a' must be a whole number from 2 to 3, not '1'")
        #expect(
            message { () throws(SettingsIssue) in _ = try rules.string("c") }
                == "drover.yaml:1:34: 'c' must be a text, not a list")
        #expect(
            message { () throws(SettingsIssue) in _ = try rules.boolean("d") }
                == "drover.yaml:1:17: the setting 'd' is missing")
    }

    @Test func listenersOwnComesBeforeTheShared() throws {
        let yaml = """
            cache: { entries: 7, age: 9 }
            listeners:
              - { bind: "a:1", cache: { entries: 8 } }
              - { bind: "b:2" }
            """
        let settings = try #require(Fixture.parse(yaml: yaml).loaded?.settings)
        let own = settings.section("cache", for: settings.listeners[0])
        #expect(try own.integer("entries") == 8)
        #expect(try own.duration("age") == .seconds(9))
        #expect(try own.byteCount("size") == 65_536)
        #expect(try settings.section("cache", for: settings.listeners[1]).integer("entries") == 7)
    }

    @Test func completesWithoutAConfiguration() throws {
        #expect(try Fixture.section.completed().integer("entries") == 100)
    }

    @Test func equalityIsAboutContent() throws {
        let one = try #require(Fixture.parse(yaml: "cache: { entries: 7 }").loaded)
        let two = try #require(Fixture.parse(yaml: "# moved\n\ncache:\n    entries: 7\n").loaded)
        let three = try #require(Fixture.parse(yaml: "cache: { entries: 8 }").loaded)
        #expect(one.settings == two.settings)
        #expect(one.settings != three.settings)
    }

    @Test func mistakesOfAPluginAreFound() {
        func mistake(_ name: String, _ spec: SettingSpec) -> String? {
            let row = SettingRow(spec: spec, group: .section(name), field: .section(name))
            return SettingsTable.mistake(in: Fixture.table.rows + [row], sections: ["cache", name])
        }
        let free = SettingSpec("x", .boolean, default: .boolean(false), flags: ["--x"], "")
        #expect(mistake("other", free) == nil)
        #expect(mistake("cache", free) == "'cache' is the name of a plugin's section and of the section 'cache'")
        #expect(mistake("workers", free) == "'workers' belongs to the setting 'workers' and to the section 'workers'")
        let absurd = SettingSpec("x", .integer(1...9), default: .integer(10), "")
        #expect(
            mistake("other", absurd) == "the default is wrong: 'other.x' must be a whole number from 1 to 9, not '10'")
        let taken = SettingSpec("x", .boolean, default: .boolean(false), flags: ["--timeout"], "")
        #expect(mistake("other", taken) == "'--timeout' belongs to the setting 'other.x' and to the setting 'timeout'")
    }
}
