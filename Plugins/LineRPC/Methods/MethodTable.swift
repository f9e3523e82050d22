import DroverBytes
import DroverLineRPCMessages

/// Finds a method by the bytes of its name, without making a text of them.
struct MethodTable: Sendable {
    private struct Entry {
        let name: [UInt8]
        let method: RPCMethod
    }

    private var entries: [Entry] = []
    // Places in `entries`, by hash; half of them are free, marked with -1.
    private var places: [Int]
    private let mask: Int

    init(_ methods: RPCMethods) {
        var size = 16
        while size < methods.all.count * 2 { size *= 2 }
        mask = size - 1
        places = [Int](repeating: -1, count: size)
        for method in methods.all.values {
            let name = Array(method.name.utf8)
            var place = hash(name.span.bytes)
            while places[place] >= 0 { place = (place + 1) & mask }
            places[place] = entries.count
            entries.append(Entry(name: name, method: method))
        }
    }

    /// The method that is called what stands in `name`.
    func find(_ name: RawSpan) -> RPCMethod? {
        var place = hash(name)
        while places[place] >= 0 {
            let entry = entries[places[place]]
            if name.holds(utf8: entry.name, in: 0..<name.byteCount) { return entry.method }
            place = (place + 1) & mask
        }
        return nil
    }

    // FNV-1a; names are the server's own, so nobody chooses them to collide, and a long stranger costs its length.
    private func hash(_ name: RawSpan) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in 0..<name.byteCount { value = (value ^ UInt64(name.byte(offset))) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: value ^ value >> 32) & mask
    }
}
