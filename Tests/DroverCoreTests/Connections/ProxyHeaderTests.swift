import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ProxyHeaderTests {
    private func parse(_ bytes: [UInt8]) -> Result<ProxyHeader.Outcome, ProxyHeader.Mistake> {
        do throws(ProxyHeader.Mistake) {
            return .success(try ProxyHeader.parse(bytes.span.bytes))
        } catch {
            return .failure(error)
        }
    }

    /// A header in version 2, with as many bytes of addresses and notes as `rest` has.
    private static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? rest.count
        return [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, command, family]
            + [UInt8(length >> 8), UInt8(length & 0xFF)] + rest
    }

    private static let four: [UInt8] = [192, 0, 2, 1, 10, 0, 0, 1, 0x12, 0x67, 0x01, 0xBB]
    private static let six: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 16)
        + [0x12, 0x67, 0, 80]
    private static let mapped: [UInt8] =
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 203, 0, 113, 7] + [UInt8](repeating: 0, count: 16)
        + [0x12, 0x67, 0, 80]
    private static func path(_ name: String) -> [UInt8] {
        Array(name.utf8) + [UInt8](repeating: 0, count: 216 - name.utf8.count)
    }

    static let good: [(bytes: [UInt8], client: String?)] = [
        (Array("PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\n".utf8), "192.0.2.1:4711"),
        (Array("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n".utf8), "0.0.0.0:0"),
        (Array("PROXY TCP6 2001:db8::1 ::1 65535 80\r\n".utf8), "[2001:db8::1]:65535"),
        (Array("PROXY TCP6 ::ffff:203.0.113.7 ::ffff:10.0.0.1 4711 80\r\n".utf8), "203.0.113.7:4711"),
        (Array("PROXY UNKNOWN\r\n".utf8), nil),
        (Array("PROXY UNKNOWN whatever it says 1 2\r\n".utf8), nil),
        (binary(0x21, 0x11, four), "192.0.2.1:4711"),
        (binary(0x21, 0x11, four + [4, 0, 1, 9]), "192.0.2.1:4711"),
        (binary(0x21, 0x21, six), "[2001:db8::1]:4711"),
        (binary(0x21, 0x21, mapped), "203.0.113.7:4711"),
        (binary(0x21, 0x31, path("/run/a")), "unix:/run/a"),
        (binary(0x21, 0x31, path("\0a")), "unix:@a"),
        (binary(0x21, 0x31, path("")), "unix:"),
        (binary(0x21, 0x00, []), nil),
        (binary(0x21, 0x00, [1, 2, 3]), nil),
        (binary(0x20, 0x00, []), nil),
        (binary(0x20, 0x11, four), nil),
        (binary(0x20, 0x77, [1]), nil),
    ]

    @Test func headersAreUnderstoodHoweverTheyArrive() {
        for sample in Self.good {
            let follow = sample.bytes + Array("GET /".utf8)
            for count in 0..<sample.bytes.count {
                #expect(parse(Array(follow.prefix(count))) == .success(.incomplete), "\(sample) cut at \(count)")
            }
            for count in sample.bytes.count...follow.count {
                guard case .success(.header(let header)) = parse(Array(follow.prefix(count))) else {
                    Issue.record("no header in \(sample)")
                    continue
                }
                #expect(header.byteCount == sample.bytes.count)
                #expect(header.client?.description == sample.client)
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "PROPFIND", "PROXYING", "P ", "\r\nGET", "\r\n\r\n\u{1}", "\u{16}\u{3}\u{1}", "\n",
        "proxy TCP4 ",
    ])
    func otherBytesAreNoHeader(_ text: String) {
        #expect(parse(Array(text.utf8)) == .success(.absent))
    }

    @Test(
        arguments: [
            (.words, "PROXY \r\n"), (.words, "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n"),
            (.words, "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n"),
            (.words, "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n"), (.words, "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\r"),
            (.address, "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n"), (.address, "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n"),
            (.address, "PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n"), (.address, "PROXY TCP4 ::1 ::1 1 2\r\n"),
            (.address, "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n"), (.address, "PROXY TCP4 1.2.3.4 1.2.3 1 2\r\n"),
            (.address, "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n"), (.address, "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n"),
            (.address, "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n"), (.address, "PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n"),
            (.line, "PROXY UNKNOWN " + String(repeating: "a", count: 100)),
        ] as [(ProxyHeader.Mistake, String)])
    func malformedLinesAreRefused(_ mistake: ProxyHeader.Mistake, _ text: String) {
        #expect(parse(Array(text.utf8)) == .failure(mistake))
    }

    @Test(
        arguments: [
            (.command, binary(0x11, 0x11, four)), (.command, binary(0x22, 0x11, four)),
            (.command, binary(0x31, 0x11, four)),
            (.family, binary(0x21, 0x12, four)), (.family, binary(0x21, 0x41, four)),
            (.family, binary(0x21, 0x10, four)),
            (.length, binary(0x21, 0x11, Array(four.dropLast()))), (.length, binary(0x21, 0x21, four)),
            (.length, binary(0x21, 0x31, six)), (.length, binary(0x21, 0x11, [], length: 2_033)),
            (.length, binary(0x20, 0x00, [], length: 65_535)),
        ] as [(ProxyHeader.Mistake, [UInt8])])
    func malformedBytesAreRefused(_ mistake: ProxyHeader.Mistake, _ bytes: [UInt8]) {
        #expect(parse(bytes) == .failure(mistake))
    }
}
