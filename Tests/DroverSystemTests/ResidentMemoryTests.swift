import DroverSystem
import Glibc
import Testing

@Suite struct ResidentMemoryTests {
    @Test func growsWithWhatIsWritten() throws {
        let memory = try ResidentMemory()
        let before = memory.bytes() ?? 0
        #expect(before > 1 << 20 && before < 1 << 36)
        let size = 256 << 20
        let block = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        memset(block, 1, size)
        let after = memory.bytes() ?? 0
        munmap(block, size)
        // Other tests of this process give and take meanwhile, but not that much.
        #expect(after - before > size / 2 && after - before < size * 2)
    }
}
