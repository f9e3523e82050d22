import CDrover

/// An open file descriptor with exactly one owner, closed when the owner goes.
public struct Descriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by; valid as long as this value lives.
    public let raw: Int32

    /// Takes over the descriptor `raw`.
    public init(owning raw: Int32) {
        self.raw = raw
    }

    deinit {
        // close(2) is not retried on EINTR: on Linux the number is free by then and may mean another file.
        _ = CDrover.close(raw)
    }

    /// Closes it now.
    public consuming func close() {}

    /// Gives up ownership without closing and returns the number.
    public consuming func release() -> Int32 {
        let number = raw
        discard self
        return number
    }

    /// A second descriptor of the same open file, close-on-exec.
    package borrowing func duplicate() throws(SystemError) -> Descriptor { try Self.duplicate(raw) }

    /// Another descriptor of the open file that `number` stands for, close-on-exec; fcntl(2) with F_DUPFD_CLOEXEC.
    package static func duplicate(_ number: Int32) throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("fcntl") { c_drover_dup_cloexec(number) })
    }
}
