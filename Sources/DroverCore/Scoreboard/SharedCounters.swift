internal import DroverSystem

internal import struct Synchronization.Atomic

/// Numbers that all workers count up together, and any of them can read.
///
/// They live in memory that is shared from where they are made: make them before the server runs, in what a plugin keeps.
/// Workers of every generation then count on, whichever of them die; a server that this one is upgraded to begins at 0.
public struct SharedCounters: Sendable {
    // Never unmapped: it lives as long as the processes that share it.
    private let counters: SharedPlace<Counter>
    /// How many there are.
    public let count: Int

    private struct Counter: ~Copyable, Sendable {
        let value = Atomic<UInt64>(0)
    }

    /// So many counters, all at 0.
    ///
    /// - Throws: `SystemError` when there is no memory for them.
    public init(_ count: Int) throws {
        let region = try SharedRegion(byteCount: max(count, 1) * MemoryLayout<Counter>.stride)
        counters = SharedPlace(region, count: count)
        self.count = count
    }

    /// Counts `amount` more.
    public func add(_ amount: UInt64 = 1, to index: Int) {
        precondition(0..<count ~= index, "there is no such counter")
        counters.pointer[index].value.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The number as it stands.
    public subscript(index: Int) -> UInt64 {
        precondition(0..<count ~= index, "there is no such counter")
        return counters.pointer[index].value.load(ordering: .relaxed)
    }
}
