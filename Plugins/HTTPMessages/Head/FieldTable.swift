/// A piece of a head, by place; a head is bounded far below what 32 bits can count.
public struct ByteSlice: Sendable, Equatable {
    /// Where it begins, from the head's first byte.
    public var start: UInt32
    /// How many bytes it has.
    public var count: UInt32

    /// The piece from `start` to before `end`.
    @inline(__always)
    public init(from start: Int, to end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: end &- start)
    }

    /// The same as a range of offsets.
    @inline(__always)
    public var range: Range<Int> {
        Range(uncheckedBounds: (Int(start), Int(start) &+ Int(count)))
    }
}

/// Where a field's name and value stand in the head.
public struct FieldSlice: Sendable, Equatable {
    /// The name, as it was written.
    public var name: ByteSlice
    /// The value without the blanks around it.
    public var value: ByteSlice

    /// Whether there is an underscore in the name, which stands in `bytes`.
    func hasUnderscore(_ bytes: RawSpan) -> Bool {
        name.range.contains { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == 0x5F }
    }

    /// A field at these places.
    @inline(__always)
    public init(name: ByteSlice, value: ByteSlice) {
        self.name = name
        self.value = value
    }
}

/// The places of a head's fields, in memory that the next head uses again.
public struct FieldTable: Sendable, RandomAccessCollection {
    // Longer than the lists of most browsers.
    private static var initialCapacity: Int { 24 }

    /// Places of which the first `count` are in use.
    var slots: [FieldSlice] = []
    /// How many fields there are.
    public internal(set) var count = 0

    /// An empty table without memory.
    public init() {}

    /// The first position, 0.
    public var startIndex: Int { 0 }
    /// The position behind the last field.
    public var endIndex: Int { count }

    /// The places of the field at `position`.
    public subscript(position: Int) -> FieldSlice {
        precondition(position < count, "no such field")
        return slots[position]
    }

    /// Empties the table and keeps its memory.
    mutating func removeAll() {
        count = 0
    }

    /// Adds a field at the end.
    public mutating func append(_ field: FieldSlice) {
        if count == slots.count { grow() }
        slots[count] = field
        count += 1
    }

    /// Leaves out the fields that `isWanted` says no to.
    mutating func keep(where isWanted: (FieldSlice) -> Bool) {
        var kept = 0
        for position in 0..<count where isWanted(slots[position]) {
            slots[kept] = slots[position]
            kept += 1
        }
        count = kept
    }

    /// Makes room for more fields than there are.
    mutating func grow() {
        let blank = ByteSlice(from: 0, to: 0)
        let added = Swift.max(Self.initialCapacity, slots.count)
        slots += repeatElement(FieldSlice(name: blank, value: blank), count: added)
    }
}
