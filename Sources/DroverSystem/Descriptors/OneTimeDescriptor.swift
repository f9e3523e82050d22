internal import struct Synchronization.Atomic

/// A descriptor that can be taken once, by the first that comes.
final class OneTimeDescriptor: Sendable {
    private let number: Atomic<Int32>

    init(_ descriptor: consuming Descriptor) {
        number = Atomic(descriptor.release())
    }

    deinit { _ = take() }

    /// The descriptor, or nil when it has been taken.
    func take() -> Descriptor? {
        let raw = number.exchange(-1, ordering: .acquiringAndReleasing)
        return raw >= 0 ? Descriptor(owning: raw) : nil
    }
}
