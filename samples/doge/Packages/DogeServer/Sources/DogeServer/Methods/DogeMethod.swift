import DroverBytes

/// A method as the protocol calls it: typed arguments and results are behind its closures.
struct DogeMethod: Sendable {
    /// Runs it at once; it writes its result.
    typealias Inline = @Sendable (DogeCall?, RawSpan, Int, inout MessagePackWriter) throws -> Void
    /// What is left to do when the arguments have been read; returns the result in MessagePack.
    typealias Work = @Sendable () async throws -> [UInt8]
    /// Reads the arguments.
    typealias Prepare = @Sendable (DogeCall?, RawSpan, Int) throws -> Work

    /// Where it runs.
    enum Body: Sendable {
        /// On the connection's task or the worker's loop, which wait for it.
        case inline(Inline)
        /// In a task of its own.
        case beside(Prepare)
    }

    let name: String
    /// How many milliseconds a call may take; nil for as long as `request_timeout` allows.
    let patience: Int64?
    /// Whether it looks at who calls.
    let wantsCall: Bool
    let body: Body
}

/// Finds a method by the bytes of its name, without making a text of them.
struct DogeMethodTable: Sendable {
    private let entries: [(name: [UInt8], method: DogeMethod)]
    // Places in `entries`, by hash; half of them are free, marked with -1.
    private let places: [Int]

    init(_ methods: some Collection<DogeMethod>) {
        let entries = methods.map { (name: Array($0.name.utf8), method: $0) }
        var size = 16
        while size < entries.count * 2 { size *= 2 }
        var places = [Int](repeating: -1, count: size)
        for index in entries.indices {
            let name = entries[index].name
            var place = Self.hash(name.span.bytes) & (size - 1)
            while places[place] >= 0 { place = (place + 1) & (size - 1) }
            places[place] = index
        }
        self.entries = entries
        self.places = places
    }

    /// The method that is called what stands in `name`.
    func find(_ name: RawSpan) -> DogeMethod? {
        let mask = places.count - 1
        var place = Self.hash(name) & mask
        while places[place] >= 0 {
            let entry = entries[places[place]]
            if Self.isEqual(name, entry.name) { return entry.method }
            place = (place + 1) & mask
        }
        return nil
    }

    // FNV-1a; the names in the table are the server's own, so no client chooses them to collide.
    private static func hash(_ name: RawSpan) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in 0..<name.byteCount {
            value = (value ^ UInt64(name.byte(offset))) &* 0x0000_0100_0000_01B3
        }
        return Int(truncatingIfNeeded: (value ^ value >> 32) & 0x7FFF_FFFF)
    }

    private static func isEqual(_ name: RawSpan, _ known: [UInt8]) -> Bool {
        guard name.byteCount == known.count else { return false }
        for offset in known.indices where name.byte(offset) != known[offset] {
            return false
        }
        return true
    }
}
