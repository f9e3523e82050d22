import Testing

@testable import DroverHTTPMessages

@Suite struct HTTPDateTests {
    private func text(_ date: HTTPDate) -> String {
        let words = [date.words.0, date.words.1, date.words.2, date.words.3]
        let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func dates(_ seconds: Int64, _ expected: String) {
        #expect(text(HTTPDate(seconds: seconds)) == " \(expected)\r\n")
    }

    @Test func cacheFollowsTheClock() {
        let cache = HTTPDateCache()
        for seconds: Int64 in [10, 10, 11, 11, 10, 12, 5, 5, 13] {
            #expect(text(cache.date(at: seconds)) == text(HTTPDate(seconds: seconds)))
        }
    }

    @Test func cacheIsSharedByTasks() async {
        let cache = HTTPDateCache()
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<20_000).count { index in
                        let now = Int64(index / 7)
                        return text(cache.date(at: now)) != text(HTTPDate(seconds: now))
                    }
                }
            }
            for await mistakes in group { #expect(mistakes == 0) }
        }
    }
}
