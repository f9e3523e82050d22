import struct Synchronization.Atomic

/// Writers between replies, so that a short call needs no new memory and an idle connection holds none.
///
/// A loop alone has it to itself. Threads that meet here do not wait for each other: the second one makes a new writer, or
/// lets one go.
///
/// Unchecked: the list, which is used by the thread that has set the flag.
final class WriterPool: @unchecked Sendable {
    private let isTaken = Atomic<Bool>(false)
    // Only the thread that has set `isTaken` touches them.
    private var spares: [MessagePackWriter] = []

    // More are at work at a time only where that many threads step; what exceeds it is freed after a burst.
    private static let capacity = 16
    // A long reply is rare, and its room would be held for good.
    private static let largest = 65_536

    /// A writer of no other connection, which has written nothing.
    func take() -> MessagePackWriter {
        guard !isTaken.exchange(true, ordering: .acquiring) else { return MessagePackWriter() }
        var spare = spares.popLast()
        isTaken.store(false, ordering: .releasing)
        spare?.clear()
        return spare ?? MessagePackWriter()
    }

    /// Takes back a writer whose connection has nothing to remember.
    func give(_ writer: MessagePackWriter) {
        guard writer.bytes.capacity <= Self.largest, !isTaken.exchange(true, ordering: .acquiring) else { return }
        if spares.count < Self.capacity { spares.append(writer) }
        isTaken.store(false, ordering: .releasing)
    }
}
