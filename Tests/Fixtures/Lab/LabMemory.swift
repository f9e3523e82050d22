import Glibc

/// Memory that a worker of the laboratory takes and never gives back.
enum LabMemory {
    /// Takes `count` bytes and writes to each of their pages.
    static func grow(by count: Int) {
        guard let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) else { return }
        if memory != MAP_FAILED { memset(memory, 1, count) }
    }
}
