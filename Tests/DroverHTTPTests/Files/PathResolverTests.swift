import Testing

@testable import DroverHTTPFiles

@Suite struct PathResolverTests {
    private func resolve(_ path: String, prefix: String = "/", dotFiles: Bool = false) -> String {
        let bytes = Array(path.utf8)
        switch PathResolver(prefix: prefix, dotFiles: dotFiles).resolve(bytes.span.bytes) {
        case .plain(let range): return "=" + String(decoding: bytes[range], as: UTF8.self)
        case .decoded(let name): return "=" + String(decoding: name, as: UTF8.self)
        case .prefixItself: return "prefix"
        case .nothing: return "nothing"
        case .malformed: return "malformed"
        }
    }

    @Test(arguments: [
        ("/", "="), ("", "="), ("/a", "=a"), ("/a/", "=a/"), ("/a/b.txt", "=a/b.txt"), ("/a%20b", "=a b"),
        ("/%41", "=A"), ("/%c3%A9", "=é"), ("/a+b", "=a+b"), ("/a.b.c", "=a.b.c"), ("/a..b", "=a..b"),
        ("/a...", "=a..."), ("/a\\b", "=a\\b"), ("/a;b", "=a;b"), ("/%25", "=%"), ("/%2541", "=%41"),
        ("/~root/x", "=~root/x"), ("/a%0Ab", "=a\nb"),
    ])
    func names(_ path: String, _ name: String) {
        #expect(resolve(path) == name)
    }

    @Test(arguments: [
        // Out of the root, or where it is not plain that it is not.
        "/..", "/../", "/../etc/passwd", "/a/../b", "/a/..", "/a/../../etc/passwd", "/.", "/./a", "/a/.", "/a/./b",
        "/%2e%2e", "/%2E%2E/etc/passwd", "/.%2e/etc", "/%2e./etc", "/a/%2e%2e/%2e%2e/b", "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e%2fetc", "/a%2Fb", "/%2F", "/%2fetc/passwd", "/a%2f..%2fb",
        // Two names for one file.
        "//", "//a", "/a//b", "/a//", "//etc/passwd", "///",
        // Hidden ones.
        "/.env", "/.git/config", "/a/.htaccess", "/%2egit/HEAD", "/...", "/....//", "/.a/b",
        // Not a path of this kind at all.
        "a", "*", "a/b", "http://x/",
    ])
    func whatNoFileIsCalled(_ path: String) {
        #expect(resolve(path) == "nothing")
    }

    @Test(arguments: [
        "/%", "/%4", "/%4g", "/%zz", "/a%", "/%%41", "/% 41", "/%-1", "/%00", "/a%00.txt", "/..%00/", "/\0", "/a\0b",
        "/%u0041", "/%c0%a%",
    ])
    func whatIsNoPath(_ path: String) {
        #expect(resolve(path) == "malformed")
    }

    @Test func namesMayBeHiddenWhenAskedFor() {
        #expect(resolve("/.env", dotFiles: true) == "=.env")
        #expect(resolve("/.git/config", dotFiles: true) == "=.git/config")
        #expect(resolve("/...", dotFiles: true) == "=...")
        for path in ["/..", "/.", "/a/../b", "/%2e%2e/x", "/a/.", "/./a"] {
            #expect(resolve(path, dotFiles: true) == "nothing")
        }
    }

    @Test(arguments: [
        ("/.well-known/x", "=.well-known/x"), ("/.well-known/acme-challenge/t", "=.well-known/acme-challenge/t"),
        ("/.well-known", "=.well-known"), ("/.well-known/", "=.well-known/"), ("/%2ewell-known/x", "=.well-known/x"),
        ("/.well%2Dknown/x", "=.well-known/x"),
        // Only as it is spelled, only at the beginning, and nothing below it that is hidden elsewhere.
        ("/.Well-Known/x", "nothing"), ("/.well-know/x", "nothing"), ("/.well-known2/x", "nothing"),
        ("/.well-known.bak/x", "nothing"), ("/a/.well-known/x", "nothing"), ("//.well-known/x", "nothing"),
        ("/.well-known/.well-known/x", "nothing"), ("/.well-known/.git/config", "nothing"),
        ("/.well-known/../.git/config", "nothing"), ("/.well-known/..", "nothing"), ("/.well-known/.", "nothing"),
        ("/.well-known//x", "nothing"), ("/.well-known%2Fx", "nothing"), ("/.well-known/%2e%2e/.env", "nothing"),
    ])
    func wellKnownPlacesAreShown(_ path: String, _ name: String) {
        #expect(resolve(path) == name)
    }

    @Test func wellKnownPlacesAreTheSites() {
        // A path of the site's own, wherever it may begin; RFC 8615 section 3 knows one place a host.
        #expect(resolve("/static/.well-known/x", prefix: "/static") == "nothing")
        #expect(resolve("/.well-known/x", prefix: "/static") == "nothing")
        #expect(resolve("/.well-known/acme-challenge/t", prefix: "/.well-known/acme-challenge") == "=t")
        #expect(resolve("/.well-known/.well-known/x", prefix: "/.well-known") == "nothing")
    }

    @Test func prefix() {
        for prefix in ["/static", "/static/"] {
            #expect(resolve("/static/a", prefix: prefix) == "=a")
            #expect(resolve("/static/", prefix: prefix) == "=")
            #expect(resolve("/static", prefix: prefix) == "prefix")
            #expect(resolve("/%73tatic/a%20", prefix: prefix) == "=a ")
            for path in [
                "/", "", "/stati", "/statics/a", "/static.", "/Static/a", "/static/../a", "/static//a", "/x/static/a",
            ] {
                #expect(resolve(path, prefix: prefix) == "nothing")
            }
        }
        #expect(resolve("/a/b/c", prefix: "/a/b") == "=c")
    }

    @Test func longNames() {
        let name = String(repeating: "a", count: 255)
        #expect(resolve("/\(name)/\(name)") == "=\(name)/\(name)")
        #expect(resolve("/\(name)a") == "nothing")
        #expect(resolve("/x/\(name)a/y") == "nothing")
    }

    @Test func everyByteAlone() {
        for byte in UInt8.min...UInt8.max {
            let path: [UInt8] = [0x2F, byte]
            let resolution = PathResolver().resolve(path.span.bytes)
            switch byte {
            case 0, 0x25: #expect(resolution == .malformed)
            case 0x2E, 0x2F: #expect(resolution == .nothing)
            default: #expect(resolution == .plain(1..<2))
            }
        }
    }

    /// Whatever comes out can be given to the kernel: what the fuzzer looks for, on a few thousand random paths.
    @Test func randomPathsMakeCanonicalNames() {
        let alphabet = Array("/.%2eEfFaA0\0 \\".utf8)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            var path: [UInt8] = [0x2F]
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                path.append(alphabet.randomElement(using: &generator)!)
            }
            let name: [UInt8]
            switch PathResolver(dotFiles: true).resolve(path.span.bytes) {
            case .plain(let range): name = Array(path[range])
            case .decoded(let bytes): name = bytes
            default: continue
            }
            #expect(!name.contains(0))
            let parts = name.split(separator: 0x2F, omittingEmptySubsequences: false)
            #expect(!parts.contains([0x2E]) && !parts.contains([0x2E, 0x2E]))
            #expect(!parts.dropLast().contains([]))
        }
    }

    @Test func locationsAreEscaped() {
        let resolver = PathResolver(prefix: "/p")
        func location(_ name: String) -> String { resolver.location(ofFolder: Array(name.utf8).span.bytes) }
        #expect(location("a/b") == "/p/a/b/")
        #expect(location("a b\r\n\"<é%") == "/p/a%20b%0D%0A%22%3C%C3%A9%25/")
        #expect(location("\\evil.example") == "/p/%5Cevil.example/")
        #expect(location("") == "/p/")
    }
}
