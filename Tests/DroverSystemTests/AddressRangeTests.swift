import Testing

@testable import DroverSystem

@Suite struct AddressRangeTests {
    private func address(_ text: String) -> SocketAddress? {
        let bytes = Array(text.utf8)
        return SocketAddress(numeric: bytes.span.bytes, port: 7)
    }

    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("::ffff:10.0.0.1", "10.0.0.1"), ("::fffe:10.0.0.1", "::fffe:a00:1"),
        ("1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("fe80::1:2", "fe80::1:2"),
    ])
    func numbersAreRead(_ text: String, _ expected: String) {
        #expect(address(text)?.host == expected)
        #expect(address(text)?.port == 7)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.", ".1.2.3", "1..2.3", "0x1.2.3.4", "1.2.3.4 ",
        " 1.2.3.4", "+1.2.3.4", "1.2.3.1000",
        ":", ":::", "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "12345::",
        "g::", "::1%eth0", "[::1]", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::1:",
    ])
    func everythingElseIsRefused(_ text: String) {
        #expect(address(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("127.0.0.1", "::ffff:127.0.0.1", true),
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("10.0.0.0/8", "::10.0.0.1", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
        ("::/0", "::1", true), ("::/0", "1.2.3.4", true), ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false),
        ("192.168.1.128/25", "192.168.1.127", false), ("192.168.1.128/25", "192.168.1.200", true),
        ("::ffff:10.0.0.0/104", "10.1.1.1", true), ("::ffff:10.0.0.1/128", "10.0.0.1", true),
        ("::1", "::1", true), ("*", "9.9.9.9", true), ("unix", "127.0.0.1", false),
    ])
    func membership(_ range: String, _ peer: String, _ expected: Bool) throws {
        let peer = try #require(address(peer))
        #expect(try AddressRange(parsing: range).contains(peer) == expected)
    }

    @Test func unixPeers() throws {
        for peer in [SocketAddress.unnamed, .unix("/run/a"), .abstract("a")] {
            #expect(try AddressRange(parsing: "unix").contains(peer))
            #expect(try AddressRange(parsing: "*").contains(peer))
            #expect(try !AddressRange(parsing: "::/0").contains(peer))
        }
    }

    @Test(arguments: ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "*", "unix", "0.0.0.0/0", "::/0", "::/96"])
    func readsBack(_ text: String) throws {
        #expect(try AddressRange(parsing: text).description == text)
    }

    @Test(arguments: [
        ("", "write an address"), ("localhost", "write an address"), ("10.0.0.0/33", "0 to 32"), ("::/129", "0 to 128"),
        ("10.0.0.0/", "0 to 32"), ("10.0.0.0/-1", "0 to 32"), ("10.1.0.0/8", "the network is 10.0.0.0/8"),
        ("10.0.0.0/8/8", "0 to 32"),
    ])
    func mistakesSayWhatToWrite(_ text: String, _ reason: String) {
        #expect(throws: AddressRange.Mistake.self) { try AddressRange(parsing: text) }
        do { _ = try AddressRange(parsing: text) } catch { #expect(error.reason.contains(reason), "\(error.reason)") }
    }

    @Test func severalInOneText() throws {
        let ranges = try AddressRanges(parsing: ["127.0.0.1, ::1", "unix"])
        #expect(ranges.ranges.map(\.description) == ["127.0.0.1", "::1", "unix"])
        #expect(ranges.contains(.unnamed))
        #expect(AddressRanges.thisMachine.ranges.map(\.description) == ["127.0.0.1", "::1", "unix"])
    }
}
