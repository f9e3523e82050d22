import DroverSystem
import Testing

@testable import DroverCore

/// What proxies add to addresses: byte by byte, right, wrong, and as HAProxy and Hitch send it.
@Suite struct ProxyNoteTests {
    private static func note(_ kind: UInt8, _ value: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? value.count
        return [kind, UInt8(length >> 8), UInt8(length & 0xFF)] + value
    }

    private static func note(_ kind: UInt8, _ text: String) -> [UInt8] { note(kind, Array(text.utf8)) }

    private static func security(_ flags: UInt8, verify: UInt8, _ parts: [UInt8] = []) -> [UInt8] {
        note(0x20, [flags, 0, 0, 0, verify] + parts)
    }

    private static let addresses: [UInt8] = [192, 0, 2, 1, 10, 0, 0, 1, 0x12, 0x67, 0x01, 0xBB]

    private static func header(
        _ notes: [UInt8], command: UInt8 = 0x21, family: UInt8 = 0x11, _ addresses: [UInt8] = addresses
    ) -> [UInt8] {
        let length = addresses.count + notes.count
        return [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, command, family]
            + [UInt8(length >> 8), UInt8(length & 0xFF)] + addresses + notes
    }

    /// The same with a checksum of all of it, last.
    private static func sealed(
        _ notes: [UInt8], family: UInt8 = 0x11, _ addresses: [UInt8] = addresses
    ) -> [UInt8] {
        var bytes = header(notes + note(0x03, [0, 0, 0, 0]), family: family, addresses)
        let sum = CRC32C.value(of: bytes.span.bytes)
        for place in 0..<4 { bytes[bytes.count - 4 + place] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * place)) }
        return bytes
    }

    private func parse(_ bytes: [UInt8]) -> Result<ProxyHeader.Outcome, ProxyHeader.Mistake> {
        do throws(ProxyHeader.Mistake) {
            return .success(try ProxyHeader.parse(bytes.span.bytes))
        } catch {
            return .failure(error)
        }
    }

    private func facts(_ bytes: [UInt8], _ place: SourceLocation = #_sourceLocation) -> ProxyFacts? {
        guard case .success(.header(let header)) = parse(bytes) else {
            Issue.record("no header: \(parse(bytes))", sourceLocation: place)
            return nil
        }
        #expect(header.byteCount == bytes.count, sourceLocation: place)
        return header.facts
    }

    @Test func checksumsAreCastagnolis() {
        #expect(CRC32C.value(of: Array("123456789".utf8).span.bytes) == 0xE306_9283)
        // RFC 3720, appendix B.4.
        #expect(CRC32C.value(of: [UInt8](repeating: 0, count: 32).span.bytes) == 0x8A91_36AA)
        #expect(CRC32C.value(of: [UInt8](repeating: 0xFF, count: 32).span.bytes) == 0x62A8_AB43)
        #expect(CRC32C.value(of: [UInt8](repeating: 0xFF, count: 32).span.bytes, zeroing: 0..<32) == 0x8A91_36AA)
    }

    static let samples: [(notes: [UInt8], facts: ProxyFacts?)] = [
        ([], nil),
        (note(0x04, [1, 2, 3]) + note(0x04, []), nil),
        (note(0x30, "blue") + note(0xEA, [1, 0x76]) + note(0x00, "?"), nil),
        (note(0x01, "h2"), ProxyFacts(applicationProtocol: "h2")),
        (note(0x02, "shop.example") + note(0x02, "other.example"), ProxyFacts(authority: "shop.example")),
        (note(0x01, "") + note(0x02, "") + note(0x05, []), nil),
        (note(0x05, "7F000001:D67E_0000"), ProxyFacts(uniqueID: Array("7F000001:D67E_0000".utf8))),
        (note(0x05, [UInt8](repeating: 7, count: 128)), ProxyFacts(uniqueID: [UInt8](repeating: 7, count: 128))),
        (security(0, verify: 0), ProxyFacts(isEncrypted: false)),
        // Flags of a certificate and a version without encryption are about nothing.
        (security(6, verify: 0, note(0x21, "TLSv1.3") + note(0x22, "Alice")), ProxyFacts(isEncrypted: false)),
        (security(1, verify: 0), ProxyFacts(isEncrypted: true, security: ProxiedSecurity())),
        (
            security(1, verify: 0, note(0x21, "TLSv1.3") + note(0x23, "AES") + note(0x25, "EC256") + note(0x22, "x")),
            ProxyFacts(isEncrypted: true, security: ProxiedSecurity(version: "TLSv1.3", cipher: "AES"))
        ),
        // No certificate is none, whatever is said of its verification.
        (security(1, verify: 1), ProxyFacts(isEncrypted: true, security: ProxiedSecurity())),
        (
            security(7, verify: 0, note(0x22, "Alice")),
            ProxyFacts(
                isEncrypted: true,
                security: ProxiedSecurity(certificate: ProxiedCertificate(commonName: "Alice", isVerified: true)))
        ),
        (
            security(5, verify: 10),
            ProxyFacts(
                isEncrypted: true,
                security: ProxiedSecurity(
                    certificate: ProxiedCertificate(isVerified: false, isFromEarlierConnection: true)))
        ),
        (
            security(1, verify: 0, note(0x21, "first") + note(0x21, "second")) + security(0, verify: 0),
            ProxyFacts(isEncrypted: true, security: ProxiedSecurity(version: "first"))
        ),
    ]

    @Test func notesAreUnderstoodHoweverTheyArrive() {
        let six = [UInt8](repeating: 0x20, count: 36)
        let path = [UInt8](repeating: 0x61, count: 216)
        for (notes, expected) in Self.samples {
            let forms = [
                Self.header(notes), Self.sealed(notes), Self.header(notes, family: 0x21, six),
                Self.sealed(notes, family: 0x21, six),
                Self.header(notes, family: 0x31, path), Self.header(notes, family: 0x00, []),
            ]
            for bytes in forms {
                #expect(facts(bytes) == expected, "\(notes)")
                for count in bytes.indices { #expect(parse(Array(bytes.prefix(count))) == .success(.incomplete)) }
            }
            // A proxy that asks for itself speaks of no client, and need not spell anything right.
            #expect(facts(Self.header(notes, command: 0x20)) == nil)
            #expect(facts(Self.header(notes + [1, 2], command: 0x20)) == nil)
        }
    }

    @Test func lengthsThatDoNotFitAreRefused() {
        let wrong: [[UInt8]] = [
            [1], [1, 0], [4, 0xFF], Self.note(0x01, Array("h2".utf8), length: 3), Self.note(0x30, [1], length: 65_535),
            Self.note(0x01, "h2") + [4], Self.note(0x03, []), Self.note(0x03, [1, 2, 3]),
            Self.note(0x03, [1, 2, 3, 4, 5]),
            Self.note(0x05, [UInt8](repeating: 7, count: 129)), Self.note(0x20, []), Self.note(0x20, [1, 0, 0, 0]),
            Self.security(1, verify: 0, [0x21]), Self.security(1, verify: 0, [0x21, 0]),
            Self.security(1, verify: 0, Self.note(0x21, Array("TLSv1.3".utf8), length: 8)),
            Self.security(0, verify: 0, Self.note(0x99, [1], length: 65_535)),
            Self.security(1, verify: 0, Self.note(0x21, "TLSv1.3") + [0x22, 0]),
        ]
        for notes in wrong {
            #expect(parse(Self.header(notes)) == .failure(.note), "\(notes)")
            // A header without addresses may hold anything there.
            #expect(facts(Self.header(notes, family: 0x00, [])) == nil)
        }
        // As long as a header may be, and one byte more.
        let room = ProxyHeader.longest - 16 - Self.addresses.count - 3
        #expect(facts(Self.header(Self.note(0x04, [UInt8](repeating: 0, count: room)))) == nil)
        #expect(parse(Self.header(Self.note(0x04, [UInt8](repeating: 0, count: room + 1)))) == .failure(.length))
    }

    @Test func eachWrongBitBreaksTheChecksum() {
        let right = Self.sealed(Self.note(0x04, [1, 2, 3]) + Self.note(0x05, "a"))
        for place in 16..<right.count {
            for bit in 0..<8 {
                var wrong = right
                wrong[place] ^= 1 << UInt8(bit)
                switch parse(wrong) {
                case .failure(.checksum), .failure(.note): break
                // The kind of the note with the checksum is the one thing that no checksum guards.
                case .success(.header) where place == right.count - 7: break
                case let other: Issue.record("byte \(place), bit \(bit): \(other)")
                }
            }
        }
        let unspecified = Self.header(Self.note(0x03, [1, 2, 3, 4]), family: 0x00, [])
        #expect(parse(unspecified) == .failure(.checksum))
    }

    @Test func uniqueIDsAreNames() {
        #expect(ProxyFacts().uniqueName == nil)
        #expect(ProxyFacts(uniqueID: Array("a-Z_0.9:/+=@".utf8)).uniqueName == "a-Z_0.9:/+=@")
        for (bytes, name) in [("a b", "612062"), ("\"", "22"), ("\u{7F}", "7f"), ("\u{E9}", "c3a9")] {
            #expect(ProxyFacts(uniqueID: Array(bytes.utf8)).uniqueName == name)
        }
    }

    /// What HAProxy 2.6.12 has sent, for a client without a certificate, one with, and one in clear.
    @Test func haproxysHeadersAreUnderstood() {
        let identifier = { (text: String) in Array(text.utf8) }
        let modern = ProxiedSecurity(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384")
        #expect(
            facts(
                Self.bytes(
                    "0d0a0d0a000d0a515549540a211100a27f0000017f000001d67e5b69030004b4e4d68c010008687474702f312e31"
                        + "0200096c6f63616c686f737405002e37463030303030313a443637455f37463030303030313a354236395f3642"
                        + "3044343344445f303030303a333741352000440100000000210007544c5376312e332500054543323536240011"
                        + "65636473612d776974682d534841323536230016544c535f4145535f3235365f47434d5f534841333834"))
                == ProxyFacts(
                    isEncrypted: true, security: modern, applicationProtocol: "http/1.1", authority: "localhost",
                    uniqueID: identifier("7F000001:D67E_7F000001:5B69_6B0D43DD_0000:37A5")))
        var known = modern
        known.certificate = ProxiedCertificate(commonName: "Alice", isVerified: true)
        #expect(
            facts(
                Self.bytes(
                    "0d0a0d0a000d0a515549540a211100aa7f0000017f000001d68e5b69030004ccc05f1c010008687474702f312e31"
                        + "0200096c6f63616c686f737405002e37463030303030313a443638455f37463030303030313a354236395f3642"
                        + "3044343344445f303030313a3337413520004c0700000000210007544c5376312e33220005416c696365250005"
                        + "454332353624001165636473612d776974682d534841323536230016544c535f4145535f3235365f47434d5f53"
                        + "4841333834"))?.security == known)
        #expect(
            facts(
                Self.bytes(
                    "0d0a0d0a000d0a515549540a2111004c7f0000017f0000018df65b6a030004a0bcd9da05002e3746303030303031"
                        + "3a384446365f37463030303030313a354236415f36423044343344445f303030323a3337413520000500000000"
                        + "00"))
                == ProxyFacts(
                    isEncrypted: false, uniqueID: identifier("7F000001:8DF6_7F000001:5B6A_6B0D43DD_0002:37A5")))
    }

    /// What Hitch 1.7.2 has sent, for a client without a certificate, which it calls wrong, and for one with.
    @Test func hitchsHeadersAreUnderstood() {
        let modern = ProxiedSecurity(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384")
        let beginning = "0d0a0d0a000d0a515549540a211100427f0000017f0000018b805b73010008687474702f312e31200028"
        let end = "210007544c5376312e33230016544c535f4145535f3235365f47434d5f534841333834"
        #expect(
            facts(Self.bytes(beginning + "0100000001" + end))
                == ProxyFacts(isEncrypted: true, security: modern, applicationProtocol: "http/1.1"))
        var known = modern
        known.certificate = ProxiedCertificate(isVerified: true)
        #expect(facts(Self.bytes(beginning + "0700000000" + end))?.security == known)
    }

    private static func bytes(_ digits: String) -> [UInt8] {
        let digits = Array(digits)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
