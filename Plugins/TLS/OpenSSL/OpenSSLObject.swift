internal import COpenSSL

/// A certificate, a key, a cipher or a context of OpenSSL's, which counts how often it is used and is freed with the last use.
///
/// Unchecked: the pointer. Nothing changes the object once its maker has handed it on, and OpenSSL lets any number of
/// threads use such a one, openssl-threads(7).
final class OpenSSLObject: @unchecked Sendable {
    let pointer: OpaquePointer
    private let free: @convention(c) (OpaquePointer?) -> Void

    /// Owns the caller's use of `pointer`, which `free` ends.
    init(_ pointer: OpaquePointer, _ free: @escaping @convention(c) (OpaquePointer?) -> Void) {
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }
}
