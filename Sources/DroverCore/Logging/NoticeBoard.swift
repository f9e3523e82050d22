internal import DroverSystem

internal import struct Synchronization.Atomic

/// When what is said once a minute was said last, for all workers together.
///
/// It lies in the scoreboard's memory, which is made before the first fork. A notice's place is found by its name, and is its own for good;
/// names come from configurations, so there are few of them.
package struct NoticeBoard: Sendable {
    private static let capacity = 256
    /// How much memory a board takes.
    static let byteCount = capacity * MemoryLayout<Notice>.stride
    private let notices: SharedPlace<Notice>

    /// A board in `region`, which is zeros from `offset` on.
    init(in region: SharedRegion, at offset: Int) {
        notices = SharedPlace(region, at: offset, count: Self.capacity)
    }

    /// The pacer of the notice `name`; one of this process alone when there is no room.
    package func pacer(_ name: String) -> NoticePacer {
        let wanted = Self.number(of: name)
        var index = Int(wanted % UInt64(Self.capacity))
        for _ in 0..<Self.capacity {
            let notice = notices.place(index)
            let (isTaken, owner) = notice.pointer.pointee.owner.compareExchange(
                expected: 0, desired: wanted, ordering: .relaxed)
            if isTaken || owner == wanted { return NoticePacer(sharing: notice) }
            index = (index + 1) % Self.capacity
        }
        return NoticePacer()
    }

    // FNV-1a.
    private static func number(of name: String) -> UInt64 {
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return max(hash, 1)
    }
}
