import CDrover

/// Chooses which socket of an SO_REUSEPORT group gets the next connection; socket(7).
///
/// Closing a member resets what waits in its queue. Steered away first and emptied by its worker, it has nothing to lose.
/// The kernel numbers the members in the order in which they began to listen.
package enum ReusePortSteering {
    /// New connections go to one of the first `count` members, at random: SO_ATTACH_REUSEPORT_CBPF.
    package static func limit(_ socket: Int32, toFirst count: Int) throws(SystemError) {
        try systemCall("setsockopt", subject: "SO_ATTACH_REUSEPORT_CBPF") {
            c_drover_steer_reuseport(socket, UInt32(count))
        }
    }

    /// Back to the kernel's hash over all members: SO_DETACH_REUSEPORT_BPF.
    package static func reset(_ socket: Int32) {
        _ = c_drover_unsteer_reuseport(socket)
    }
}
