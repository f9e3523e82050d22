import CDrover

// What a number means, for code that may not import the C library; errno(3).

extension SystemError {
    /// EADDRINUSE: the address belongs to another socket.
    package static var addressInUse: Int32 { EADDRINUSE }
    /// EADDRNOTAVAIL: no interface of this machine has the address.
    package static var addressNotAvailable: Int32 { EADDRNOTAVAIL }
    /// EACCES: this process may not.
    package static var permissionDenied: Int32 { EACCES }
    /// EAFNOSUPPORT: this machine has no addresses of that family.
    package static var familyNotSupported: Int32 { EAFNOSUPPORT }
    /// EPIPE: nothing can be sent any more.
    ///
    /// For a `TransferResult.failed` of a transport that has ended its sending itself.
    public static var brokenPipe: Int32 { EPIPE }
    /// EPROTO: the peer broke the rules of the transport.
    ///
    /// For a `TransferResult.failed` of a transport that cannot make sense of what it has received.
    public static var protocolViolation: Int32 { EPROTO }

    /// What is wrong, without the call and its subject: strerror(3)'s words, or better ones.
    public var reason: String { explanation ?? String(cString: strerror(code)) }

    /// Whether it says that a name leads to nothing that this process may be told of.
    ///
    /// That is ENOENT and ENOTDIR; EXDEV and ELOOP, for a link that may not be followed; ENAMETOOLONG and EINVAL, for a
    /// name that no file can have; ENXIO and ENODEV, for a device without a driver or a pipe without a writer.
    public var meansMissing: Bool {
        [ENOENT, ENOTDIR, EXDEV, ELOOP, ENAMETOOLONG, EINVAL, ENXIO, ENODEV].contains(code)
    }

    /// Whether it says that this process may not do so, rather than that there is nothing: EACCES or EPERM.
    public var meansForbidden: Bool { code == EACCES || code == EPERM }

    /// Whether it says that the process or the machine has run out of descriptors: EMFILE or ENFILE.
    package var meansExhausted: Bool { code == EMFILE || code == ENFILE }
}
