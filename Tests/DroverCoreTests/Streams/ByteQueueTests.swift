import DroverBytes
import Testing

@testable import DroverCore

@Suite struct ByteQueueTests {
    private func append(_ bytes: [UInt8], to queue: inout ByteQueue, _ pool: BufferPool) {
        queue.reserve(bytes.count, from: pool)
        queue.append { $0.append(bytes: bytes.span.bytes) }
    }

    private func place(of queue: borrowing ByteQueue) -> UnsafeRawPointer? {
        queue.bytes.withUnsafeBytes { $0.baseAddress }
    }

    @Test func holdsNothingUntilSomethingComes() {
        let pool = BufferPool()
        var queue = ByteQueue()
        let (count, space, bytes) = (queue.count, queue.freeCount, queue.bytes.byteCount)
        #expect(count == 0 && space == 0 && bytes == 0)
        append([1, 2, 3], to: &queue, pool)
        let (held, content) = (queue.freeCount, [UInt8](copying: queue.bytes))
        #expect(held == BufferPool.blockSize - 3)
        #expect(content == [1, 2, 3])
        queue.clear(to: pool)
    }

    @Test func emptiedBlockGoesFromOneToTheNext() {
        let pool = BufferPool()
        var first = ByteQueue()
        append([1], to: &first, pool)
        let block = place(of: first)
        first.releaseIfEmpty(to: pool)
        let kept = first.count
        #expect(kept == 1, "what is not empty is not released")
        first.drop(1)
        first.releaseIfEmpty(to: pool)
        let left = first.freeCount
        #expect(left == 0)
        var second = ByteQueue()
        append([2], to: &second, pool)
        let (same, content) = (place(of: second) == block, [UInt8](copying: second.bytes))
        #expect(same)
        #expect(content == [2])
        second.clear(to: pool)
    }

    @Test func roomIsMadeByMovingBeforeGrowing() {
        let pool = BufferPool()
        var queue = ByteQueue()
        let bytes = pattern(BufferPool.blockSize)
        append(bytes, to: &queue, pool)
        let block = place(of: queue)
        queue.drop(60_000)
        queue.reserve(60_000, from: pool)
        let (moved, space) = (place(of: queue) == block, queue.freeCount)
        let content = [UInt8](copying: queue.bytes)
        #expect(moved)
        #expect(space == 60_000)
        #expect(content == Array(bytes[60_000...]))
        queue.clear(to: pool)
    }

    @Test func growthKeepsTheBytesAndReturnsTheBlock() {
        let pool = BufferPool()
        var queue = ByteQueue()
        let bytes = pattern(200_000)
        append(Array(bytes[..<60_000]), to: &queue, pool)
        let block = place(of: queue)
        queue.drop(1_000)
        append(Array(bytes[60_000...]), to: &queue, pool)
        let content = [UInt8](copying: queue.bytes)
        #expect(content == Array(bytes[1_000...]))
        queue.clear(to: pool)
        let next = pool.take()
        #expect(UnsafeRawPointer(next) == block, "the larger piece of memory is no block")
        pool.giveBack(next)
    }

    @Test func messageThatIsKnownToBeLargeGetsItsRoomAtOnce() {
        let pool = BufferPool()
        var queue = ByteQueue()
        queue.reserve(100_000, from: pool)
        let space = queue.freeCount
        #expect(space >= 100_000)
        queue.clear(to: pool)
        let left = queue.freeCount
        #expect(left == 0)
    }

    @Test func behavesAsAnArrayDoes() {
        var random = Sequence32(state: 11)
        let pool = BufferPool()
        for _ in 0..<10 {
            var queue = ByteQueue()
            var model: [UInt8] = []
            for _ in 0..<40 {
                switch random.next(4) {
                case 0:
                    let count = random.next(model.count + 1)
                    queue.drop(count)
                    model.removeFirst(count)
                case 1:
                    queue.releaseIfEmpty(to: pool)
                default:
                    let bytes = pattern(random.next(30_000)).map { $0 ^ UInt8(random.next(256)) }
                    append(bytes, to: &queue, pool)
                    model += bytes
                }
                let (count, content) = (queue.count, [UInt8](copying: queue.bytes))
                guard count == model.count, content == model else {
                    Issue.record("\(count) bytes instead of \(model.count), or others")
                    return
                }
            }
            queue.clear(to: pool)
        }
    }

    @Test func poolLendsWhatWasGivenBackLast() {
        let pool = BufferPool()
        let blocks = (0..<3).map { _ in pool.take() }
        #expect(Set(blocks).count == 3, "no two have the same")
        for block in blocks { pool.giveBack(block) }
        let again = (0..<3).map { _ in pool.take() }
        #expect(again == blocks.reversed(), "the warmest first")
        for block in again { pool.giveBack(block) }
    }
}

/// Numbers that are the same in every run.
private struct Sequence32 {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
