import CDrover

extension StreamSocket {
    /// A socket that begins to connect to `address` and does not wait; it is writable once that has succeeded or failed.
    ///
    /// connect(2) with O_NONBLOCK; small segments leave at once.
    package init(connecting address: SocketAddress) throws(SystemError) {
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

    /// What has become of the connecting: errno(3)'s number, 0 for success; SO_ERROR, socket(7).
    package static func outcomeOfConnecting(_ socket: Int32) -> Int32 {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : lastErrorNumber
    }
}
