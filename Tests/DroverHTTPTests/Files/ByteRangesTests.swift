import Testing

@testable import DroverHTTPFiles

@Suite struct ByteRangesTests {
    @Test(arguments: [
        ("bytes=0-9", [0..<10]), ("bytes=0-0", [0..<1]), ("bytes=99-", [99..<100]), ("bytes=0-", [0..<100]),
        ("bytes=-1", [99..<100]), ("bytes=-100", [0..<100]), ("bytes=-1000", [0..<100]), ("bytes=90-1000", [90..<100]),
        ("BYTES=1-2", [1..<3]), ("bytes= 1-2 , 5-6\t", [1..<3, 5..<7]), ("bytes=,1-2,,5-6,", [1..<3, 5..<7]),
        // In the order they were asked for.
        ("bytes=50-59,0-9", [50..<60, 0..<10]), ("bytes=-10,0-9", [90..<100, 0..<10]),
        // Touching and overlapping ones are one.
        ("bytes=0-9,10-19", [0..<20]), ("bytes=0-50,40-60", [0..<61]), ("bytes=5-6,0-99", [0..<100]),
        ("bytes=0-9,20-29,5-25", [0..<30]), ("bytes=0-9,0-9,0-9", [0..<10]), ("bytes=0-,0-,0-", [0..<100]),
        // Only what the file has.
        ("bytes=200-300,0-1", [0..<2]), ("bytes=-0,5-5", [5..<6]),
        // Larger than any number.
        ("bytes=0-99999999999999999999999999", [0..<100]), ("bytes=-99999999999999999999999", [0..<100]),
        ("bytes=1-9223372036854775807", [1..<100]), ("bytes=0-18446744073709551615", [0..<100]),
        ("bytes=99999999999999999999999-,3-4", [3..<5]),
    ])
    func parts(_ field: String, _ parts: [Range<Int>]) {
        #expect(ByteRanges(field, size: 100, most: 16) == .parts(parts))
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=a-b", "bytes=1", "bytes=2-1", "bytes=1-2,x", "bytes=1-2-3",
        "bytes=0x1-2", "bytes=+1-2", "bytes=1 - 2", "bytes=--1", "bytes 1-2", "lines=1-2", "bytes:1-2", "=1-2",
        "bytes=1-2;3-4", "bytes=1.5-2", "bytes=\u{661}-2", "bytes=0-1,2-1",
    ])
    func whatIsNoRangeIsIgnored(_ field: String) {
        #expect(ByteRanges(field, size: 100, most: 16) == .ignored)
    }

    @Test(arguments: [
        "bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9223372036854775807-", "bytes=100-,200-,-0",
        "bytes=99999999999999999999999999-99999999999999999999999999",
    ])
    func beyondTheEnd(_ field: String) {
        #expect(ByteRanges(field, size: 100, most: 16) == .unsatisfiable)
    }

    @Test func emptyFileIsSentWhole() {
        for field in ["bytes=0-", "bytes=-5", "bytes=0-0", "bytes=5-9"] {
            #expect(ByteRanges(field, size: 0, most: 16) == .ignored)
        }
    }

    @Test func tooManyAreIgnored() {
        let many = "bytes=" + (0..<17).map { "\($0 * 3)-\($0 * 3)" }.joined(separator: ",")
        #expect(ByteRanges(many, size: 100, most: 16) == .ignored)
        #expect(ByteRanges(many, size: 100, most: 17) != .ignored)
        let attack = "bytes=0-," + (0..<1_500).map { "5-\($0)" }.joined(separator: ",")
        #expect(ByteRanges(attack, size: 100, most: 16) == .ignored)
    }

    @Test func togetherNeverMoreThanTheFile() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let pieces = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                let start = Int.random(in: 0...20, using: &generator)
                return "\(start)-\(start + Int.random(in: 0...10, using: &generator))"
            }
            guard case .parts(let parts) = ByteRanges("bytes=" + pieces.joined(separator: ","), size: 20, most: 16)
            else {
                continue
            }
            #expect(parts.reduce(0) { $0 + $1.count } <= 20)
            #expect(Set(parts.flatMap { Array($0) }).count == parts.reduce(0) { $0 + $1.count })
        }
    }
}
