import DroverSystem

internal import struct Synchronization.Atomic

/// One request in progress as others may see it: since when, on which connection, and what it is.
///
/// Written by the worker without locks. A reader that comes at the wrong moment sees a label that is half the next
/// one's, which is good enough for a log.
package struct InFlightEntry: ~Copyable, Sendable {
    /// Bytes of the label that are kept.
    package static let labelBytes = 88
    private static let labelWords = 11

    private let startedAt = Atomic<Int64>(0)
    private let connection = Atomic<UInt64>(0)
    private let length = Atomic<Int>(0)
    private let label = InlineArray<11, Atomic<UInt64>> { _ in Atomic(0) }

    /// Begins an entry: `startedAt` in monotonic nanoseconds, and the first bytes of what the protocol calls it.
    @inline(__always)
    func begin(at startedAt: Int64, connection: UInt64, label text: RawSpan) {
        let count = min(text.byteCount, Self.labelBytes)
        var offset = 0
        while offset + 8 <= count {
            label[offset / 8].store(
                text.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self), ordering: .relaxed)
            offset += 8
        }
        if offset < count {
            var rest: UInt64 = 0
            for index in (offset..<count).reversed() {
                rest = rest << 8 | UInt64(text.unsafeLoad(fromByteOffset: index, as: UInt8.self))
            }
            label[offset / 8].store(rest, ordering: .relaxed)
        }
        length.store(count, ordering: .relaxed)
        self.connection.store(connection, ordering: .relaxed)
        self.startedAt.store(startedAt, ordering: .relaxed)
    }

    /// Ends it.
    @inline(__always)
    func end() {
        startedAt.store(0, ordering: .relaxed)
    }

    /// What is in progress here, or nil.
    func snapshot() -> InFlightRequest? {
        let startedAt = startedAt.load(ordering: .relaxed)
        guard startedAt != 0 else { return nil }
        let count = min(max(length.load(ordering: .relaxed), 0), Self.labelBytes)
        var text: [UInt8] = []
        for index in 0..<count {
            let word = label[index / 8].load(ordering: .relaxed)
            let byte = UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
            text.append(byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?"))
        }
        return InFlightRequest(
            startedAt: startedAt, connection: connection.load(ordering: .relaxed),
            label: String(decoding: text, as: UTF8.self))
    }
}

/// A copy of what a worker was busy with.
package struct InFlightRequest: Equatable, Sendable {
    /// Monotonic nanoseconds.
    package let startedAt: Int64
    /// The connection's number in its worker.
    package let connection: UInt64
    /// What the protocol calls it, such as `GET /hang`.
    package let label: String
}
