import DroverBytes
import DroverLineRPCMessages

/// Finds a method by the bytes of its name, without making a text of them.
struct MethodTable: Sendable {
    // By hash; half of the places are free, so that a search ends.
    private var places: [RPCMethod?]
    private let mask: Int

    init(_ methods: RPCMethods) {
        var size = 16
        while size < methods.all.count * 2 { size *= 2 }
        mask = size - 1
        places = [RPCMethod?](repeating: nil, count: size)
        for method in methods.all.values {
            let spelling = method.spelling
            var place = hash(spelling.span.bytes)
            while places[place] != nil { place = (place + 1) & mask }
            places[place] = method
        }
    }

    /// The method that is called what stands in `name`.
    func find(_ name: RawSpan) -> RPCMethod? {
        var place = hash(name)
        while let method = places[place] {
            if name.holds(utf8: method.spelling, in: 0..<name.byteCount) { return method }
            place = (place + 1) & mask
        }
        return nil
    }

    // FNV-1a; names are the server's own, so no peer chooses them to collide, and a long stranger costs its length.
    private func hash(_ name: RawSpan) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in 0..<name.byteCount { value = (value ^ UInt64(name.byte(offset))) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: value ^ value >> 32) & mask
    }
}
