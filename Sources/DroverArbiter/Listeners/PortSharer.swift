internal import DroverSystem

/// Another process that listens on the same port with SO_REUSEPORT, so that the kernel deals connections out to both.
struct PortSharer: CustomStringConvertible {
    /// Nil when the kernel does not let us see whose the sockets are.
    let owner: SocketOwner?

    /// `drover (pid 42)`.
    var description: String { owner?.description ?? "another process" }
}
