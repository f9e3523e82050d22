import DroverBytes

/// What was asked for lately, by its name: bounded in entries and bytes, what was not asked for again goes first.
///
/// A table of its own, so that a name is found by the bytes of a request without a copy.
struct FileTable {
    private struct Slot {
        var hash: Int
        var key: [UInt8]
        var resource: FileResource
        /// The second in which it was last compared with the file.
        var checkedAt: Int64
        var next: Int32
        var wasUsed: Bool
    }

    // An entry's own memory, beside that of its content.
    private static let overhead = 1_024

    private let limits: (entries: Int, bytes: Int)
    private var heads: [Int32]
    private var slots: [Slot?] = []
    private var free: [Int32] = []
    private var hand = 0
    private(set) var bytes = 0
    private(set) var count = 0
    // So that no client can choose names that all fall into one chain.
    private let seed = UInt64.random(in: .min ... .max)

    init(entries: Int, bytes: Int) {
        limits = (entries, bytes)
        var size = 16
        while size < entries { size *= 2 }
        heads = [Int32](repeating: -1, count: entries > 0 ? size : 0)
    }

    /// What is known of `key`, and whether it is time to compare it with the file: once a second one caller is told so.
    mutating func find(_ key: RawSpan, now: Int64) -> (resource: FileResource, isDue: Bool)? {
        guard let index = index(of: key, hash(key)) else { return nil }
        slots[index]!.wasUsed = true
        let isDue = slots[index]!.checkedAt != now
        if isDue { slots[index]!.checkedAt = now }
        return (slots[index]!.resource, isDue)
    }

    /// Remembers `resource`, and forgets as much as must go for it.
    mutating func insert(_ resource: FileResource, for key: RawSpan, now: Int64) {
        remove(key)
        let weight = resource.weight + Self.overhead
        guard limits.entries > 0, weight <= limits.bytes else { return }
        while count >= limits.entries || bytes + weight > limits.bytes { evict() }
        let hash = hash(key)
        let bucket = hash & (heads.count - 1)
        let slot = Slot(
            hash: hash, key: [UInt8](copying: key), resource: resource, checkedAt: now, next: heads[bucket],
            wasUsed: false)
        if let index = free.popLast() {
            slots[Int(index)] = slot
            heads[bucket] = index
        } else {
            slots.append(slot)
            heads[bucket] = Int32(slots.count - 1)
        }
        count += 1
        bytes += weight
    }

    /// Forgets `key`.
    mutating func remove(_ key: RawSpan) {
        if let index = index(of: key, hash(key)) { remove(at: index) }
    }

    /// Forgets everything.
    mutating func removeAll() {
        self = FileTable(entries: limits.entries, bytes: limits.bytes)
    }

    private func index(of key: RawSpan, _ hash: Int) -> Int? {
        if heads.isEmpty { return nil }
        var index = Int(heads[hash & (heads.count - 1)])
        while index >= 0, let slot = slots[index] {
            if slot.hash == hash, slot.key.span.bytes.equals(key) { return index }
            index = Int(slot.next)
        }
        return nil
    }

    /// Lets go of the next entry that was not asked for since the hand last came by.
    private mutating func evict() {
        while true {
            if hand >= slots.count { hand = 0 }
            if let slot = slots[hand] {
                if !slot.wasUsed { return remove(at: hand) }
                slots[hand]!.wasUsed = false
            }
            hand += 1
        }
    }

    private mutating func remove(at index: Int) {
        guard let slot = slots[index] else { return }
        let bucket = slot.hash & (heads.count - 1)
        if heads[bucket] == Int32(index) {
            heads[bucket] = slot.next
        } else {
            var previous = Int(heads[bucket])
            while slots[previous]!.next != Int32(index) { previous = Int(slots[previous]!.next) }
            slots[previous]!.next = slot.next
        }
        slots[index] = nil
        free.append(Int32(index))
        count -= 1
        bytes -= slot.resource.weight + Self.overhead
    }

    private func hash(_ key: RawSpan) -> Int {
        var state = seed
        var offset = 0
        while offset + 8 <= key.byteCount {
            state = Self.mix(state ^ key.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest = UInt64(key.byteCount)
        while offset < key.byteCount {
            rest = rest << 8 | UInt64(key.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        return Int(truncatingIfNeeded: Self.mix(state ^ rest))
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}

extension RawSpan {
    fileprivate func equals(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for offset in byteOffsets
        where unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            != other.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
        {
            return false
        }
        return true
    }
}
