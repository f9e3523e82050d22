import Testing

@testable import DroverHTTPFiles
@testable import DroverHTTPMessages

@Suite struct SelectionTests {
    @Test(arguments: [
        (#""a""#, true, true), (#"W/"a""#, false, true), ("*", true, true), (#""b", "a""#, true, true),
        (#""b" , W/"a" , "c""#, false, true), (#""b","c""#, false, false), ("", false, false), ("a", false, false),
        (#""a"#, false, false), (#""b" "a""#, true, true), (#"w/"a""#, false, false), ("*, \"b\"", false, false),
        (#","a""#, true, true), (#""A""#, false, false), (#""a" junk "b""#, true, true), (#"junk, "a""#, false, false),
    ])
    func tags(_ list: String, strongly: Bool, weakly: Bool) {
        let tag = EntityTag(text: "\"a\"")
        #expect(tag.isIn(list, weakly: false) == strongly)
        #expect(tag.isIn(list, weakly: true) == weakly)
    }

    @Test(arguments: [
        ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip, zstd", "zstd"), ("x-gzip", "gzip"),
        ("GZIP", "gzip"), ("gzip;q=0.5, br;q=0.1", "gzip"), ("gzip;q=0", "-"), ("*", "br"), ("*;q=0", "-"),
        ("br;q=0, *", "zstd"), ("identity", "-"), ("identity, gzip", "gzip"), ("identity;q=1, gzip;q=0.5", "-"),
        ("identity;q=0.5, gzip;q=0.6", "gzip"), ("", "-"), ("deflate", "-"), ("gzip;q=1.001", "-"), ("gzip;q=abc", "-"),
        ("gzip;q=-1", "-"), ("gzip ; q=0.1", "gzip"), ("gzip;q=0.001", "gzip"), (", ,gzip,", "gzip"), ("gzipx", "-"),
        ("gzip;q=1.000", "gzip"), ("gzip;q=0.0001", "-"), (";q=1", "-"),
    ])
    func codings(_ field: String, _ expected: String) {
        let best = AcceptedCodings(field).best(of: ContentCoding.allCases) { $0 }
        #expect(best?.rawValue ?? "-" == expected)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600), ("Mon, 23 Nov 2026 06:12:05 GMT", 1_795_414_325),
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_799), ("Monday, 23-Nov-26 06:12:05 GMT", 1_795_414_325),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799), ("Wed Nov 16 08:49:37 1994", 784_975_777),
    ])
    func dates(_ text: String, _ seconds: Int64) {
        #expect(HTTPDate.seconds(from: text.utf8Span.span.bytes, now: 1_795_414_325) == seconds)
    }

    @Test(arguments: [
        "", "0", "now", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Tue, 29 Feb 1900 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 19940 08:49:37 GMT", "Sun,06 Nov 1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
    ])
    func whatIsNoDate(_ text: String) {
        #expect(HTTPDate.seconds(from: text.utf8Span.span.bytes, now: 1_795_414_325) == nil)
    }

    @Test func datesReadBack() {
        for seconds: Int64 in [0, 1, 86_399, 951_782_400, 951_868_799, 4_102_444_800, 1_795_414_325] {
            let text = HTTPDate(seconds: seconds).text
            #expect(HTTPDate.seconds(from: text.utf8Span.span.bytes, now: 0) == seconds)
        }
    }

    @Test(arguments: [
        ("a.html", "text/html; charset=utf-8"), ("A.HTML", "text/html; charset=utf-8"),
        ("x/y.tar.gz", "application/gzip"),
        ("a.b/c", "application/octet-stream"), ("README", "application/octet-stream"),
        (".png", "application/octet-stream"),
        ("a.", "application/octet-stream"), ("a.wasm", "application/wasm"), ("a.x-own", "text/x-own"),
        ("a.jpeg", "image/jpeg"), ("a.notatypeatallhere", "application/octet-stream"), ("a.CSS", "text/own"),
    ])
    func types(_ name: String, _ type: String) {
        let types = MediaTypes(["x-own": "text/x-own", "CSS": "text/own"])
        #expect(types.type(of: Array(name.utf8)).description == type)
    }
}
