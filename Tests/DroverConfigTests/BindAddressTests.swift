import DroverCore
import Testing

struct BindAddressTests {
    @Test(arguments: [
        ("127.0.0.1:9000", BindAddress.tcp(host: "127.0.0.1", port: 9000)),
        ("127.0.0.1", .tcp(host: "127.0.0.1", port: 8000)),
        ("Example.COM:80", .tcp(host: "example.com", port: 80)),
        (":8080", .tcp(host: "0.0.0.0", port: 8080)),
        ("*:8080", .tcp(host: "0.0.0.0", port: 8080)),
        ("localhost:0", .tcp(host: "localhost", port: 0)),
        ("[::1]:9000", .tcp(host: "::1", port: 9000)),
        ("[::]", .tcp(host: "::", port: 8000)),
        ("[fe80::1%eth0]:1", .tcp(host: "fe80::1%eth0", port: 1)),
        ("tcp://10.0.0.1:1", .tcp(host: "10.0.0.1", port: 1)),
        ("unix:/run/drover.sock", .unix(path: "/run/drover.sock")),
        ("unix:///run/drover.sock", .unix(path: "/run/drover.sock")),
        ("unix:relative.sock", .unix(path: "relative.sock")),
        ("unix:@name", .abstract(name: "name")),
        ("fd://3", .descriptor(3)),
    ])
    func reads(_ text: String, _ expected: BindAddress) throws {
        #expect(try BindAddress(parsing: text) == expected)
    }

    @Test(arguments: [
        "127.0.0.1:9000", "[::1]:9000", "unix:/run/drover.sock", "unix:relative.sock", "unix:@name", "fd://3",
        "fd://web",
    ])
    func printsWhatItReads(_ text: String) throws {
        #expect(try BindAddress(parsing: text).description == text)
    }

    private static let separately = "give each address on its own: --bind several times, or a list in the file"
    private static let spoken = "what is spoken there, 'protocol' and 'transport' say"
    private static let descriptorHint =
        "write a descriptor's number after fd://, as in fd://3, or the name that systemd gives it, as in fd://web"

    @Test(arguments: [
        ("8000", "write 127.0.0.1:8000 for this machine alone, or :8000 for every interface"),
        ("::1", "write an IPv6 address in brackets, as in [::1]:8000"),
        ("::1:80", "write an IPv6 address in brackets, as in [::1]:8000"),
        ("[::1", "write an IPv6 address as [::1]:8000"),
        ("[::1]80", "write an IPv6 address as [::1]:8000"),
        ("[nonsense]:80", "'nonsense' is no IPv6 address"),
        ("host:65536", "the port must be a number from 0 to 65535, not '65536'"),
        ("host:-1", "the port must be a number from 0 to 65535, not '-1'"),
        ("host:+1", "the port must be a number from 0 to 65535, not '+1'"),
        ("host:", "the port must be a number from 0 to 65535, not ''"),
        ("a,b", Self.separately),
        ("127.0.0.1:8000,127.0.0.1:8001", Self.separately),
        ("[::1]:80,[::1]:81", Self.separately),
        ("http://0.0.0.0:8000/", "leave out 'http://' and write 0.0.0.0:8000; \(Self.spoken)"),
        ("https://[::1]:8443", "leave out 'https://' and write [::1]:8443; \(Self.spoken)"),
        ("http://", "leave out 'http://' and write HOST:PORT; \(Self.spoken)"),
        ("a b:80", "'a b' is no host"),
        ("unix:", "write a path after unix:, as in unix:/run/drover.sock"),
        ("unix:@", "write a path after unix:, as in unix:/run/drover.sock"),
        ("fd://", Self.descriptorHint),
        ("fd://-1", Self.descriptorHint),
        ("fd://a:b", Self.descriptorHint),
        ("fd://a b", Self.descriptorHint),
    ])
    func refuses(_ text: String, _ reason: String) {
        #expect(throws: BindAddress.InvalidAddress.self) { try BindAddress(parsing: text) }
        do {
            _ = try BindAddress(parsing: text)
        } catch {
            #expect(error.reason == reason)
        }
    }

    @Test func refusesAPathThatTheKernelWouldCut() throws {
        let longest = String(repeating: "a", count: 107)
        #expect(try BindAddress(parsing: "unix:" + longest) == .unix(path: longest))
        #expect(throws: BindAddress.InvalidAddress.self) { try BindAddress(parsing: "unix:a" + longest) }
    }
}
