import DroverSystem
import Testing

@Suite struct LockedTests {
    @Test func threadsLoseNothing() async {
        let numbers = Shelf()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { for _ in 0..<1_000 { numbers.list.withLock { $0.append(number) } } }
            }
        }
        let found = numbers.list.withLock { $0 }
        #expect(found.count == 4_000 && (0..<4).allSatisfy { number in found.count { $0 == number } == 1_000 })
    }

    private final class Shelf: Sendable {
        let list = Locked<[Int]>([])
    }

    @Test func errorsComeOutAndFreeTheLock() {
        struct Wrong: Error {}
        let value = Locked(1)
        #expect(throws: Wrong.self) {
            try value.withLock { number throws(Wrong) in
                number = 2
                throw Wrong()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }

    @Test func valuesAreAlignedAsTheyWant() {
        let wide = Locked<(Int8, SIMD64<UInt8>)>((1, SIMD64(repeating: 7)))
        wide.withLock { value in
            let address = withUnsafePointer(to: &value) { UInt(bitPattern: $0) }
            #expect(address.isMultiple(of: UInt(MemoryLayout<SIMD64<UInt8>>.alignment)))
            #expect(value.0 == 1 && value.1[63] == 7)
        }
    }

    @Test func valuesThatCannotBeCopiedEndWithIt() {
        struct Ticket: ~Copyable, Sendable {
            let ended: Shelf
            deinit { ended.list.withLock { $0.append(1) } }
        }
        let ended = Shelf()
        do {
            let held = Locked(Ticket(ended: ended))
            held.withLock { $0 = Ticket(ended: ended) }
            #expect(ended.list.withLock { $0.count } == 1, "the first was replaced")
        }
        #expect(ended.list.withLock { $0.count } == 2)
    }
}
