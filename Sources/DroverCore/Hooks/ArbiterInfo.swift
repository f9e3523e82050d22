/// What a hook hears about the arbiter that it runs in.
public struct ArbiterInfo: Sendable, Equatable {
    /// Its process id.
    public let pid: Int32
    /// The server's name, `proc_name` or else the program's own.
    public let name: String
    /// The generation in force, counted from 1.
    public let generation: Int
    /// How many workers are wanted.
    public let workers: Int

    /// Information; tests make their own.
    public init(pid: Int32, name: String, generation: Int, workers: Int) {
        self.pid = pid
        self.name = name
        self.generation = generation
        self.workers = workers
    }
}
