import DroverSystem
import Testing

@testable import DroverHTTPMessages

@Suite struct ForwardingTests {
    private static let trusted = try? AddressRanges(parsing: ["10.0.0.0/8", "fd00::/8"])

    private func origin(_ fields: [String]) -> Result<RequestOrigin, HeadRejection> {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
        let bytes = Array(text.utf8)
        var parser = HeadParser()
        var head = RequestHead()
        do throws(HeadRejection) {
            guard try parser.parse(bytes.span.bytes, limits: HeadLimits(), into: &head) else {
                return .failure(.headSize)
            }
            #expect(head.facts.contains(.forwarded))
            return .success(try RequestOrigin(head, bytes.span.bytes, Self.trusted ?? .loopback))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        arguments: [
            (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
            (["X-Forwarded-For: 192.0.2.1, 10.1.1.1"], "192.0.2.1"),
            (["X-Forwarded-For: 1.1.1.1, 192.0.2.1"], "192.0.2.1"),
            (["X-Forwarded-For: garbage, 192.0.2.1, 10.1.1.1"], "192.0.2.1"),
            (["X-Forwarded-For: 10.2.2.2, 10.1.1.1"], "10.2.2.2"),
            (["X-Forwarded-For: unknown, 10.1.1.1"], "10.1.1.1"),
            (["X-Forwarded-For: unknown"], nil),
            (["X-Forwarded-For: "], nil),
            (["X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
            (["X-Forwarded-For: 2001:db8::1"], "2001:db8::1"),
            (["x-forwarded-FOR: [2001:db8::1]:4711"], "2001:db8::1"),
            (["X-Forwarded-For: 192.0.2.1:4711"], "192.0.2.1"),
            (["X-Forwarded-For: ,, 192.0.2.1 ,"], "192.0.2.1"),
            (["Forwarded: for=192.0.2.1"], "192.0.2.1"),
            (["Forwarded: For=\"[2001:db8::1]:4711\""], "2001:db8::1"),
            (["Forwarded: for=1.1.1.1, for=192.0.2.1;by=10.0.0.1, for=10.1.1.1"], "192.0.2.1"),
            (["Forwarded: for=192.0.2.1", "Forwarded: for=10.1.1.1"], "192.0.2.1"),
            (["Forwarded: for=_hidden, for=10.1.1.1"], "10.1.1.1"),
            (["Forwarded: for=unknown"], nil),
            (["Forwarded: for=\"192.0.2.1:_port\";host=b"], "192.0.2.1"),
            (["Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        ] as [([String], String?)])
    func clients(_ fields: [String], _ client: String?) throws {
        #expect(try origin(fields).get().client?.host == client)
    }

    @Test(
        arguments: [
            (["X-Forwarded-Proto: https"], true, nil), (["X-Forwarded-Proto: HTTP"], false, nil),
            (["X-Forwarded-Proto: https, https"], true, nil), (["X-Forwarded-Host: b:80"], nil, "b:80"),
            (["X-Forwarded-Host: forged, b"], nil, "b"), (["Forwarded: proto=https;host=\"b:80\""], true, "b:80"),
            (["Forwarded: proto=http;for=1.1.1.1, for=192.0.2.1;proto=https, for=10.1.1.1;proto=http"], true, nil),
            (["X-Forwarded-Proto: https", "Forwarded: for=1.1.1.1;proto=https"], true, nil),
            (["X-Forwarded-Host: B", "Forwarded: host=b"], nil, "b"),
        ] as [([String], Bool?, String?)])
    func schemesAndHosts(_ fields: [String], _ isSecure: Bool?, _ host: String?) throws {
        let origin = try origin(fields).get()
        #expect(origin.isSecure == isSecure)
        #expect(origin.host == host)
    }

    @Test(arguments: [
        ["X-Forwarded-Proto: https", "X-Forwarded-Proto: http"], ["X-Forwarded-Proto: https, http"],
        ["X-Forwarded-Proto: ftp"], ["X-Forwarded-Host: a/b"], ["X-Forwarded-Host: "],
        ["X-Forwarded-Host: a", "X-Forwarded-Host: b"],
        ["X-Forwarded-Proto: https", "Forwarded: proto=http"], ["X-Forwarded-Host: a", "Forwarded: host=b"],
        ["X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.2"],
        ["Forwarded: for"], ["Forwarded: for="], ["Forwarded: =a"], ["Forwarded: for=\"a"], ["Forwarded: for=a"],
        ["Forwarded: for = 192.0.2.1"], ["Forwarded: for=192.0.2.1 by=a"], ["Forwarded: for=2001:db8::1"],
        ["Forwarded: for=192.0.2.1;for=192.0.2.2"], ["Forwarded: for=192.0.2.999"], ["Forwarded: proto=ftp"],
        ["Forwarded: host=\"a b\""], ["Forwarded: for=\"192.0.2.1:99999\""], ["Forwarded: for=192.0.2.1\u{FC}"],
    ])
    func contradictionsAreRefused(_ fields: [String]) {
        #expect(origin(fields) == .failure(.forwarding))
        #expect(HeadRejection.forwarding.status == .badRequest)
    }

    @Test func emptyElementsDoNotCount() throws {
        #expect(try origin(["Forwarded: , ;, for=192.0.2.1;"]).get().client?.host == "192.0.2.1")
        #expect(try origin(["Forwarded: "]).get() == origin(["X-Forwarded-For: "]).get())
    }
}
