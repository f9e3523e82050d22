import struct Synchronization.Atomic

/// Storages between requests, so that a request needs no new memory and an idle connection holds none.
///
/// A loop alone has it to itself. Threads that meet here do not wait for each other: who comes second makes a new
/// storage, or lets one go.
package final class RequestStoragePool: @unchecked Sendable {
    private let isTaken = Atomic<Bool>(false)
    @exclusivity(unchecked) private var spares: [RequestStorage] = []

    // Enough for all requests a loop has in hand at a time; what exceeds it is freed after a burst.
    private static let capacity = 64

    private let rules: ForwardingRules

    /// An empty pool for requests under `rules`.
    package init(rules: ForwardingRules = ForwardingRules()) {
        self.rules = rules
        spares.reserveCapacity(Self.capacity)
    }

    /// A storage that nobody else uses.
    package func take() -> RequestStorage {
        guard !isTaken.exchange(true, ordering: .acquiring) else { return RequestStorage(rules: rules) }
        let spare = spares.popLast()
        isTaken.store(false, ordering: .releasing)
        return spare ?? RequestStorage(rules: rules)
    }

    /// Takes back a storage unless a handler kept its request.
    package func give(_ storage: consuming RequestStorage) {
        var storage = storage
        guard Self.release(&storage), !isTaken.exchange(true, ordering: .acquiring) else { return }
        if spares.count < Self.capacity { spares.append(storage) }
        isTaken.store(false, ordering: .releasing)
    }

    /// The storage for another request: the same one unless a handler kept its request.
    package func renew(_ storage: consuming RequestStorage) -> RequestStorage {
        var storage = storage
        return Self.release(&storage) ? storage : take()
    }

    /// Frees `storage` of its request.
    ///
    /// - Returns: Whether it is good for another one.
    private static func release(_ storage: inout RequestStorage) -> Bool {
        guard isKnownUniquelyReferenced(&storage), !storage.isLarge else { return false }
        storage.end()
        return true
    }
}
