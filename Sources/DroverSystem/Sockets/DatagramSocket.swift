import CDrover

/// A socket that sends each message by itself and never waits, connected to one receiver.
package struct DatagramSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// A socket that sends to `receiver`; socket(2) and connect(2).
    package init(to receiver: SocketAddress) throws(SystemError) {
        let raw = try systemCall("socket") { CDrover.socket(receiver.family, c_drover_datagram_flags(), 0) }
        let socket = Descriptor(owning: raw)
        _ = try receiver.withKernelForm { (address, length) throws(SystemError) in
            try systemCall("connect", subject: receiver.description) { c_drover_connect(raw, address, length) }
        }
        descriptor = socket
    }

    /// Sends `message` whole or not at all; send(2).
    package borrowing func send(_ message: [UInt8]) -> TransferResult {
        let raw = descriptor.raw
        return message.withUnsafeBytes { bytes in transfer { c_drover_send(raw, bytes.baseAddress, bytes.count) } }
    }
}
