import DroverHTTPMessages

/// Parses a head again and again, for counting what that costs: `DroverParsing COUNT HEAD`.
@main
enum DroverParsing {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 3, let count = Int(words[1]), count >= 0 else { fatalError("usage: COUNT HEAD") }
        print(try parse(Array(words[2].utf8), times: count))
    }

    /// How many bytes were parsed altogether.
    private static func parse(_ bytes: [UInt8], times count: Int) throws(HeadRejection) -> Int {
        let limits = HeadLimits()
        let span = bytes.span.bytes
        var parser = HeadParser()
        var head = RequestHead()
        var parsed = 0
        for _ in 0..<count {
            head.reset()
            guard try parser.parse(span, limits: limits, into: &head) else { fatalError("the head has no end") }
            parsed += head.byteCount
        }
        return parsed
    }
}
