internal import DroverSystem

/// Names are looked up on a thread of their own: getaddrinfo(3) blocks for as long as the name servers take.
enum NameLookup {
    /// The addresses that `text` means to a client, in the order in which to try them.
    ///
    /// - Throws: as ``DroverSystem/SocketAddress/lookUp(_:)``.
    static func addresses(of text: String) async throws -> [SocketAddress] {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<[SocketAddress], any Error>) in
            do {
                try NativeThread.start(name: "name-lookup") {
                    continuation.resume(with: Result { try SocketAddress.lookUp(text) })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
