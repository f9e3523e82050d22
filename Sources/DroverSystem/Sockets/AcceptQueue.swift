import CDrover

/// How many connections wait to be accepted.
package enum AcceptQueue {
    /// The length of the accept queue of the TCP listener `socket`, from TCP_INFO in tcp(7); nil for other families.
    package static func length(of socket: Int32) -> Int? {
        var length: UInt32 = 0
        return c_drover_accept_queue_length(socket, &length) == 0 ? Int(length) : nil
    }
}
