import Testing

@testable import DroverSystem

@Suite struct SocketAddressTests {
    @Test(arguments: [
        (SocketAddress.ipv4(0x7F00_0001, port: 8000), "127.0.0.1:8000"),
        (.ipv4(0, port: 0), "0.0.0.0:0"),
        (.ipv6(high: 0, low: 1, port: 443, scope: 0), "[::1]:443"),
        (.ipv6(high: 0x2001_0DB8_0000_0000, low: 0x1, port: 80, scope: 0), "[2001:db8::1]:80"),
        (.ipv6(high: 0xFE80_0000_0000_0000, low: 0x1, port: 80, scope: 3), "[fe80::1%3]:80"),
        (.unix("/run/drover.sock"), "unix:/run/drover.sock"), (.abstract("drover"), "unix:@drover"),
        (.unnamed, "unix:"),
    ])
    func printsAsItIsWritten(address: SocketAddress, text: String) {
        #expect(address.description == text)
    }

    @Test func mappedAddressesAreIPv4WhereverTheyComeFrom() throws {
        let address = SocketAddress.ipv4(0xCB00_7107, port: 80)
        #expect(SocketAddress(high: 0, low: 0xFFFF_CB00_7107, port: 80) == address)
        #expect(try SocketAddress.lookUp(host: "::ffff:203.0.113.7", port: 80) == [address])
        // Not the mapped form, but others that look like it.
        for (high, low): (UInt64, UInt64) in [
            (0, 0xCB00_7107), (0, 0xFFFE_CB00_7107), (0, 0x1_FFFF_CB00_7107), (1, 0xFFFF_CB00_7107),
        ] {
            #expect(
                SocketAddress(high: high, low: low, port: 80, scope: 2)
                    == .ipv6(high: high, low: low, port: 80, scope: 2))
        }
    }

    @Test func numbersAreLookedUpWithoutANameServer() throws {
        #expect(try SocketAddress.lookUp(host: "127.0.0.1", port: 80) == [.ipv4(0x7F00_0001, port: 80)])
        #expect(try SocketAddress.lookUp(host: "::1", port: 80) == [.ipv6(high: 0, low: 1, port: 80, scope: 0)])
        #expect(try SocketAddress.lookUp(host: "", port: 80) == [.ipv4(0, port: 80)])
    }

    @Test func listenerOnPortZeroKnowsItsPort() throws {
        let listener = try ListeningSocket(bind: .ipv4(0x7F00_0001, port: 0), backlog: 8)
        #expect((listener.address.port ?? 0) > 0)
    }

    @Test func addressInUseNamesTheAddress() throws {
        let first = try ListeningSocket(bind: .ipv4(0x7F00_0001, port: 0), backlog: 8)
        let address = first.address
        #expect {
            _ = try ListeningSocket(bind: address, backlog: 8)
        } throws: { error in
            let error = error as? SystemError
            return error?.code == SystemError.addressInUse && "\(error!)".contains(address.description)
        }
        #expect(SocketOwner.listening(at: address)?.pid == currentProcess)
    }

    /// Two listeners of one port are told apart by their addresses, and found under the wildcard as well.
    @Test func ownerOfASocketIsFoundByItsWholeAddress() throws {
        let first = try ListeningSocket(bind: .ipv4(0x7F00_0001, port: 0), backlog: 8)
        let port = try #require(first.address.port)
        #expect(SocketOwner.listening(at: .ipv4(0x7F00_0001, port: port))?.pid == currentProcess)
        #expect(SocketOwner.listening(at: .ipv4(0, port: port))?.pid == currentProcess)
        #expect(SocketOwner.listening(at: .ipv4(0x7F00_0002, port: port)) == nil)
        let loopback = try ListeningSocket(bind: .ipv6(high: 0, low: 1, port: 0, scope: 0), backlog: 8)
        #expect(SocketOwner.listening(at: loopback.address)?.pid == currentProcess)
        #expect(SocketOwner.listening(at: .ipv6(high: 0, low: 2, port: loopback.address.port ?? 0, scope: 0)) == nil)
    }

    @Test(arguments: [
        (SocketAddress.ipv4(0, port: 80), SocketAddress.ipv4(0x7F00_0001, port: 80), true),
        (.ipv4(0, port: 80), .ipv4(0x7F00_0001, port: 81), false),
        (.ipv4(0, port: 80), .ipv4(0, port: 80), false),
        (.ipv4(1, port: 80), .ipv4(2, port: 80), false),
        (.ipv6(high: 0, low: 0, port: 80, scope: 0), .ipv6(high: 0, low: 1, port: 80, scope: 0), true),
        (.ipv6(high: 0, low: 0, port: 80, scope: 0), .ipv4(0x7F00_0001, port: 80), false),
        (.unix("a"), .unix("b"), false),
    ])
    func wildcardCoversTheAddressesOfItsFamily(one: SocketAddress, other: SocketAddress, overlap: Bool) {
        #expect(one.overlaps(other) == overlap)
        #expect(other.overlaps(one) == overlap)
        #expect(one.covers(other) == overlap)
        #expect(!other.covers(one))
    }

    @Test func longUnixPathIsRefused() {
        #expect(throws: SystemError.self) {
            _ = try ListeningSocket(bind: .unix("/tmp/" + String(repeating: "x", count: 200)), backlog: 8)
        }
    }
}
