import DroverCore
import DroverSystem
import Testing

/// A plugin's settings by key path: one row is read, has its default, and reports its mistakes.
@Suite struct PluginSectionTests {
    enum Order: String, ChoosableSetting {
        case any, request

        static let settingNoun = "order"
        var settingMeaning: String { self == .any ? "as they finish" : "" }
    }

    struct Patience: Sendable, Equatable {
        var grace = Duration.milliseconds(1_500)

        static let rows: [PluginSection<Patience>.Row] = [.setting("grace", \.grace, "How long.")]
    }

    struct Shop: Sendable, Equatable {
        var isOpen = true
        var title = ""
        var folder: String?
        var goods = ["tea", "milk, fresh"]
        var counters = 3
        var weight = 4_096
        var order = Order.any
        var fallback: Order?
        var friends = AddressRanges.thisMachine
        var patience = Patience()
        var certificate: SettingsNode?
        var prices: [String: Int] = ["tea": 1]

        static let section = PluginSection(
            "shop", Shop(),
            [
                .setting("open", \.isOpen, "Whether."),
                .setting("title", \.title, "What it is called."),
                .setting("folder", \.folder, as: .path, "Where."),
                .setting("goods", \.goods, "What there is."),
                .setting(
                    "counters", \.counters, as: .integer(1...9), flags: ["--counters"], effect: .restart, "How many."),
                .setting("weight", \.weight, as: .byteCount(1...1 << 20), gunicorn: "mass", "How much."),
                .setting("order", \.order, "In which order."),
                .setting("fallback", \.fallback, "In which order else."),
                .setting("friends", \.friends, "Who may."),
                .part(\.patience, Patience.rows),
                .setting("certificate", \.certificate, as: .path, "A file."),
                .setting("prices", \.prices, as: .tree, "What it costs.") { node in
                    var prices: [String: Int] = [:]
                    for entry in try node.entries() { prices[entry.key] = try entry.value.integer(in: 0...99) }
                    return prices
                },
            ]
        ) { settings, node in
            if settings.counters > settings.goods.count + 1 {
                throw node.issue(of: "counters", "are more than there are goods to sell")
            }
        }
    }

    private func section(_ entries: [(String, SettingsNode.Content)]) -> SettingsNode {
        let entries = entries.enumerated().map { index, entry in
            let place = SettingsPlace.file(SourcePosition(file: "shop.yaml", line: index + 1, column: 3))
            return SettingsNode.Entry(entry.0, at: place, SettingsNode(entry.1, at: place))
        }
        return SettingsNode(.mapping(entries), at: .builtIn, key: "shop")
    }

    private func mistake(_ entries: (String, SettingsNode.Content)...) -> String? {
        do {
            _ = try Shop.section.settings(from: section(entries))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func freshStructHasTheDefaults() throws {
        #expect(try Shop.section.settings() == Shop())
        #expect(try Shop.section.settings(from: Shop.section.completed()) == Shop(), "as the core fills them in")
        let texts = Shop.section.settings.map { "\($0.name)=\($0.defaultText ?? "none")" }
        #expect(
            texts == [
                "open=true", "title=none", "folder=none", "goods=tea,milk, fresh", "counters=3", "weight=4096",
                "order=any", "fallback=none", "friends=127.0.0.1,::1,unix", "grace=1.5", "certificate=none",
                "prices=none",
            ])
    }

    @Test func rowsCarryWhatIsSaidOfThem() throws {
        let specs = Shop.section.settings
        #expect(specs[4].flags == ["--counters"])
        #expect(specs[4].effect == .restart)
        #expect(specs[5].gunicorn == "mass")
        #expect(specs[0].type == .boolean)
        #expect(
            specs[6].type == .choice([SettingChoice("any", "as they finish"), SettingChoice("request")], noun: "order"))
        #expect(specs[8].type == .addressRanges)
        #expect(specs[9].type == .duration)
        #expect(specs.map(\.isOptional).filter(\.self).count == 5)
    }

    @Test func writtenValuesCount() throws {
        let node = section([
            ("open", .scalar("no", quoted: false)), ("title", .scalar("Corner", quoted: false)),
            ("folder", .scalar("/srv", quoted: false)),
            ("goods", .list(["a", "b", "c"].map { SettingsNode(.scalar($0, quoted: false), at: .builtIn) })),
            ("counters", .scalar("4", quoted: false)), ("weight", .scalar("64k", quoted: false)),
            ("order", .scalar("request", quoted: false)), ("fallback", .scalar("any", quoted: false)),
            ("friends", .scalar("10.0.0.0/8", quoted: false)), ("grace", .scalar("2m", quoted: false)),
            ("certificate", .scalar("a.pem", quoted: false)),
            ("prices", .mapping([.init("oil", at: .builtIn, SettingsNode(.scalar("7", quoted: false), at: .builtIn))])),
        ])
        let shop = try Shop.section.settings(from: node)
        #expect(!shop.isOpen)
        #expect(shop.title == "Corner")
        #expect(shop.folder == "/srv")
        #expect(shop.goods == ["a", "b", "c"])
        #expect([shop.counters, shop.weight] == [4, 65_536])
        #expect(shop.order == .request)
        #expect(shop.fallback == .any)
        #expect(shop.friends.ranges.map(\.description) == ["10.0.0.0/8"])
        #expect(shop.patience.grace == .seconds(120))
        #expect(shop.certificate?.issue("is not there").description == "shop.yaml:11:3: 'certificate' is not there")
        #expect(shop.prices == ["oil": 7])
    }

    @Test func mistakesSayWhereAndWhat() {
        #expect(
            mistake(("open", .scalar("maybe", quoted: false)))
                == "shop.yaml:1:3: 'open' must be true or false, not 'maybe'")
        #expect(
            mistake(("open", .scalar("no", quoted: false)), ("counters", .scalar("10", quoted: false)))
                == "shop.yaml:2:3: 'counters' must be a whole number from 1 to 9, not '10'")
        #expect(
            mistake(("order", .scalar("last", quoted: false)))
                == "shop.yaml:1:3: unknown order 'last' (there are: any, request)")
        #expect(
            mistake(("friends", .scalar("nearby", quoted: false)))?.hasPrefix("shop.yaml:1:3: 'friends' has 'nearby'")
                == true)
        #expect(
            mistake(
                (
                    "prices",
                    .mapping([.init("oil", at: .builtIn, SettingsNode(.scalar("x", quoted: false), at: .builtIn))])
                ))
                == "'oil' must be a whole number from 0 to 99, not 'x'", "a reader of one's own")
        #expect(
            mistake(("counters", .scalar("4", quoted: false)))
                == "shop.yaml:1:3: 'counters' are more than there are goods to sell", "the check sees all of them")
    }
}
