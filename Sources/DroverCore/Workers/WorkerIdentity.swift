/// Which worker this is.
public struct WorkerIdentity: Sendable, Equatable {
    /// Its process id.
    public let pid: Int32
    /// Its place in the herd, from 0.
    public let slot: Int
    /// Which configuration it was started from, counted from 1.
    public let generation: Int

    /// An identity; tests make their own.
    public init(pid: Int32, slot: Int, generation: Int) {
        self.pid = pid
        self.slot = slot
        self.generation = generation
    }
}
