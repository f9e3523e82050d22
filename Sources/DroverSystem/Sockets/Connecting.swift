import CDrover

extension StreamSocket {
    /// A socket that begins to connect to `address` and does not wait; it is writable once that has succeeded or failed.
    ///
    /// connect(2) with O_NONBLOCK; small segments leave at once (TCP_NODELAY). `connectError` then says which it was.
    ///
    /// - Throws: `SystemError` that names the address.
    public init(connecting address: SocketAddress) throws(SystemError) {
        let raw = try systemCall("socket") { CDrover.socket(address.family, c_drover_stream_flags(), 0) }
        let socket = Descriptor(owning: raw)
        if !address.isLocal { try SocketOption.noDelay.enable(on: raw) }
        try address.withKernelForm { (pointer, length) throws(SystemError) in
            do throws(SystemError) {
                try systemCall("connect", subject: address.description) { c_drover_connect(raw, pointer, length) }
            } catch  where error.code == EINPROGRESS {
            }
        }
        self.init(socket)
    }

    /// Why the connecting has failed, as errno(3)'s number; nil when it has not.
    ///
    /// SO_ERROR in socket(7), which forgets it then.
    public var connectError: Int32? {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return lastErrorNumber }
        return code == 0 ? nil : code
    }
}
