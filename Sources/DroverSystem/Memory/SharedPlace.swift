/// Values behind one another in memory that processes share, good for as long as the process lives.
///
/// Unchecked: the pointer. What it leads to is Sendable itself, made of atomics, and a region that holds places is never
/// unmapped.
package struct SharedPlace<Content: ~Copyable & Sendable>: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<Content>

    /// The `count` values of `region` that begin at `offset`, a multiple of their alignment.
    ///
    /// Memory that was never written is zeros, and that is what an atomic 0 looks like.
    package init(_ region: SharedRegion, at offset: Int = 0, count: Int = 1) {
        precondition(offset + count * MemoryLayout<Content>.stride <= region.byteCount, "the region is too small")
        pointer = (region.base + offset).bindMemory(to: Content.self, capacity: count)
    }

    private init(pointer: UnsafeMutablePointer<Content>) {
        self.pointer = pointer
    }

    /// The place of the value at `index`.
    package func place(_ index: Int) -> SharedPlace { SharedPlace(pointer: pointer + index) }
}
