internal import COpenSSL
import DroverCore
import DroverSystem

/// The keys that session tickets are sealed with, in memory that all workers of all generations share.
///
/// There are three: the one that seals, the one before it, and the one after it, which every worker knows before any
/// uses it. The arbiter makes and rotates them.
final class TicketKeys: Sendable {
    /// What became of a ticket.
    enum Outcome: Int32 {
        case failed = -1
        case unknown = 0
        case opened = 1
        /// Opened with a key that is about to go, so that the client had better get another ticket.
        case outdated = 2
    }

    private static let nameBytes = 16
    private static let keyBytes = 16 + 64
    private static let headBytes = 8
    private static let areaBytes = 4096

    private let bulletin: SharedBulletin
    private let algorithm: OpenSSLObject
    private let known = Locked<(version: UInt64, bytes: [UInt8])>((0, []))

    /// The keys in the area that `areas` has for sessions of `lifetime` seconds, which are made when there are none.
    ///
    /// Keys change as often as their sessions end, so who allows longer sessions has keys of its own.
    ///
    /// - Throws: `SystemError`, or `TicketKeysMissing` when OpenSSL has no randomness or no AES.
    init(_ areas: SharedAreas, lifetime: Int) throws {
        let area = try areas.area("session-tickets-\(lifetime)s", byteCount: Self.areaBytes)
        bulletin = SharedBulletin(in: area)
        guard let algorithm = EVP_CIPHER_fetch(nil, "AES-256-CBC", nil) else {
            throw TicketKeysMissing(reason: OpenSSLReason.take())
        }
        self.algorithm = OpenSSLObject(algorithm, EVP_CIPHER_free)
        if bulletin.version == 0 {
            let keys = try Self.fresh() + Self.fresh() + Self.fresh()
            _ = bulletin.publish(Self.head(MonotonicClock.milliseconds()) + keys)
        }
    }

    // MARK: In the arbiter

    /// When the key that seals came into use, in monotonic ms.
    var rotatedAt: Int64 {
        let bytes = current()
        guard bytes.count > Self.headBytes else { return 0 }
        return bytes[..<Self.headBytes].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    /// Lets the next key seal from now on.
    ///
    /// - Returns: Whether this process did it; during an upgrade there are two that may.
    func rotate(now: Int64) throws -> Bool {
        let bytes = current()
        guard bytes.count == Self.headBytes + 3 * Self.keyBytes else { return false }
        let sealing = bytes[Self.headBytes..<Self.headBytes + Self.keyBytes]
        let next = bytes[(Self.headBytes + 2 * Self.keyBytes)...]
        return bulletin.publish(Self.head(now) + next + sealing + (try Self.fresh()))
    }

    private static func head(_ now: Int64) -> [UInt8] {
        (0..<headBytes).map { UInt8(truncatingIfNeeded: now >> ($0 * 8)) }
    }

    private static func fresh() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: keyBytes)
        guard RAND_priv_bytes(&bytes, Int32(keyBytes)) == 1 else {
            throw TicketKeysMissing(reason: OpenSSLReason.take())
        }
        return bytes
    }

    // MARK: In the workers

    /// Prepares the sealing of a ticket.
    func seal(
        _ name: UnsafeMutablePointer<UInt8>, _ iv: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer,
        _ mac: OpaquePointer
    ) -> Outcome {
        let keys = current()
        guard keys.count >= Self.headBytes + Self.keyBytes else { return .unknown }
        guard RAND_bytes(iv, 16) == 1 else { return .failed }
        return keys.withUnsafeBufferPointer { keys in
            let key = keys.baseAddress! + Self.headBytes
            name.update(from: key, count: Self.nameBytes)
            return c_openssl_ticket(cipher, mac, algorithm.pointer, key + Self.nameBytes, iv, true) ? .opened : .failed
        }
    }

    /// Prepares the opening of a ticket.
    func open(
        _ name: UnsafeMutablePointer<UInt8>, _ iv: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer,
        _ mac: OpaquePointer
    ) -> Outcome {
        let keys = current()
        guard keys.count == Self.headBytes + 3 * Self.keyBytes else { return .unknown }
        return keys.withUnsafeBufferPointer { keys in
            for (index, outcome) in [Outcome.opened, .outdated, .opened].enumerated() {
                let key = keys.baseAddress! + Self.headBytes + index * Self.keyBytes
                // Names are no secrets: they travel in clear.
                guard (0..<Self.nameBytes).allSatisfy({ key[$0] == name[$0] }) else { continue }
                return c_openssl_ticket(cipher, mac, algorithm.pointer, key + Self.nameBytes, iv, false)
                    ? outcome : .failed
            }
            return .unknown
        }
    }

    private func current() -> [UInt8] {
        known.withLock { known in
            if let newer = bulletin.read(otherThan: known.version) { known = newer }
            return known.bytes
        }
    }
}

/// There can be no keys for session tickets.
struct TicketKeysMissing: Error, CustomStringConvertible {
    let reason: String

    var description: String { "no keys for session tickets: \(reason)" }
}
