import CDrover

extension StreamSocket {
    /// Whether the kernel can cipher what is sent on a socket, TCP_ULP; asked once, as it may load a module.
    ///
    /// Where it cannot, asking for each connection would cost two system calls.
    public static let kernelSeals: Bool = {
        let probe = socket(AF_INET, c_drover_stream_flags(), 0)
        guard probe >= 0 else { return false }
        defer { _ = CDrover.close(probe) }
        // A socket that is not connected cannot have it, but the kernel says so only if others can.
        return c_drover_seal(probe) == 0 || lastErrorNumber == ENOTCONN
    }()
}
