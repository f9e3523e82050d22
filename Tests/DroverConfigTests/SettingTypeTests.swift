import DroverCore
import Testing

struct SettingTypeTests {
    @Test(arguments: [
        ("30", Duration.seconds(30)), ("0", .zero), ("1.5", .milliseconds(1500)), ("500ms", .milliseconds(500)),
        ("2m", .seconds(120)), ("1h", .seconds(3600)), ("0.25s", .milliseconds(250)), ("0.5h", .seconds(1800)),
        ("1.000000001", .nanoseconds(1_000_000_001)), ("8760h", .seconds(31_536_000)), ("3S", .seconds(3)),
    ])
    func readsTimes(_ text: String, _ expected: Duration) {
        #expect(DurationText.duration(from: text) == expected)
    }

    @Test(arguments: [
        "", "-1", "+1", "x", "1x", "1.", ".5", "1.2.3", "1 s", "1d", "8761h", "99999999999999999999", "1e3", "٣",
    ])
    func refusesTimes(_ text: String) {
        #expect(DurationText.duration(from: text) == nil)
    }

    @Test(arguments: ["30", "1.5", "0.25", "0", "0.000000001", "3600"])
    func printsTimesThatReadBack(_ text: String) throws {
        let time = try #require(DurationText.duration(from: text))
        #expect(DurationText.text(for: time) == text)
    }

    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("64k", 65_536), ("64K", 65_536), ("1m", 1 << 20), ("2GiB", 2 << 30), ("8kb", 8192),
        ("7b", 7),
    ])
    func readsSizes(_ text: String, _ expected: Int) {
        #expect(ByteCountText.count(from: text) == expected)
    }

    @Test(arguments: ["", "k", "-1", "1.5k", "1t", "1 k", "99999999999g"])
    func refusesSizes(_ text: String) {
        #expect(ByteCountText.count(from: text) == nil)
    }

    @Test func printsSizesShort() {
        #expect(ByteCountText.text(for: 65_536) == "64k")
        #expect(ByteCountText.text(for: 3 << 20) == "3m")
        #expect(ByteCountText.text(for: 4097) == "4097")
        #expect(ByteCountText.text(for: 0) == "0")
    }

    @Test(arguments: [
        (SettingType.integer(1...9), "9", SettingValue.integer(9)),
        (.boolean, "Yes", .boolean(true)), (.boolean, "off", .boolean(false)), (.boolean, "0", .boolean(false)),
        (.workerCount(maximum: 8), "auto", .automatic), (.workerCount(maximum: 8), "8", .integer(8)),
        (.string, "a b", .string("a b")), (.list, "one", .list(["one"])),
        (.pairs, "A=b=c", .list(["A=b=c"])), (.pairs, "A=", .list(["A="])),
        (.byteCount(0...10), "10", .byteCount(10)),
        (.fileMode, "27", .string("027")), (.fileMode, "0o022", .string("022")), (.fileMode, "0777", .string("777")),
        (.fileMode, "0", .string("000")),
        (.choice([SettingChoice("a")], noun: "letter"), "a", .string("a")),
    ])
    func readsValues(_ type: SettingType, _ text: String, _ expected: SettingValue) throws {
        #expect(try type.value(of: .text(text, at: .flag("--x"))) == expected)
    }

    @Test(arguments: [
        (SettingType.integer(1...9), "0", "--x: must be a whole number from 1 to 9, not '0'"),
        (.integer(0...Int.max), "-1", "--x: must be a whole number, 0 or more, not '-1'"),
        (.integer(1...9), "4.0", "--x: must be a whole number from 1 to 9, not '4.0'"),
        (.boolean, "maybe", "--x: must be true or false, not 'maybe'"),
        (.workerCount(maximum: 8), "9", "--x: must be 'auto' or a whole number from 1 to 8, not '9'"),
        (.string, "", "--x: must be a text, not ''"),
        (.pairs, "A", "--x: must be NAME=VALUE, not 'A'"),
        (.pairs, "=A", "--x: must be NAME=VALUE, not '=A'"),
        (.byteCount(0...10), "11", "--x: must be a number of bytes such as 4096, 64k or 1m from 0 to 10, not '11'"),
        (.fileMode, "18", "--x: must be an octal number from 0 to 777, such as 022, not '18'"),
        (.fileMode, "1000", "--x: must be an octal number from 0 to 777, such as 022, not '1000'"),
        (.fileMode, "0x1", "--x: must be an octal number from 0 to 777, such as 022, not '0x1'"),
        (
            .choice([SettingChoice("alpha"), SettingChoice("beta")], noun: "letter"), "alpah",
            "--x: unknown letter 'alpah'; did you mean 'alpha'? (there are: alpha, beta)"
        ),
        (.choice([], noun: "letter"), "a", "--x: unknown letter 'a' (this server has none)"),
    ])
    func explainsWrongValues(_ type: SettingType, _ text: String, _ message: String) {
        #expect(throws: SettingsIssue.self) { try type.value(of: .text(text, at: .flag("--x"))) }
        do {
            _ = try type.value(of: .text(text, at: .flag("--x")))
        } catch {
            #expect(error.description == message)
        }
    }
}
