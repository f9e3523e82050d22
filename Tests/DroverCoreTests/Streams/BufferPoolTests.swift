import Testing

@testable import DroverCore

@Suite struct BufferPoolTests {
    @Test func lendsTheLastBlockFirstAndNoneTwice() {
        let pool = BufferPool()
        // More than it keeps.
        let blocks = (0..<100).map { _ in pool.take() }
        #expect(Set(blocks).count == blocks.count)
        for block in blocks { block.storeBytes(of: .max, as: UInt64.self) }
        for block in blocks { pool.giveBack(block) }
        let kept = blocks.prefix(64).reversed()
        for block in kept { #expect(pool.take() == block) }
        let fresh = pool.take()
        #expect(!kept.contains(fresh))
        for block in kept { pool.giveBack(block) }
        pool.giveBack(fresh)
    }
}
