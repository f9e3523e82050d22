internal import COpenSSL

/// SHA-256 of pieces of bytes that are told apart: another border between two of them is another digest.
struct ContentDigest {
    private var bytes: [UInt8] = []

    /// Takes in the next piece.
    mutating func add(_ piece: [UInt8]) {
        for shift in [0, 8, 16, 24, 32, 40] { bytes.append(UInt8(truncatingIfNeeded: piece.count >> shift)) }
        bytes += piece
    }

    /// The digest of all pieces so far.
    var value: [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
