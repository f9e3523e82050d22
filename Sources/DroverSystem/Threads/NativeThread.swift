import CDrover

/// A thread of the operating system, pthread_create(3).
package enum NativeThread {
    /// Starts `body` on a new detached thread; it inherits the caller's signal mask.
    ///
    /// The stack is given explicitly since the default follows `ulimit -s`, which may be tiny or endless.
    package static func start(
        name: String, stackBytes: Int = 8 << 20, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { pointer in
                let body = Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue()
                _ = c_drover_set_name(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            throw SystemError("pthread_create", result)
        }
    }

    /// Goes on with `body` on a new thread, and never again on the calling one, which rests in the kernel; pause(2).
    ///
    /// For the thread that came through a fork: Swift's runtime keeps a thread's id for its locks, that of lazily made
    /// globals among them, and here it is still the id in the parent. A lock that is contended with such an id is
    /// never given back. So this thread runs no Swift beside another one.
    package static func moveOn(name: String, _ body: @escaping @Sendable () -> Never) throws(SystemError) -> Never {
        try start(name: name) { body() }
        c_drover_rest_for_ever()
    }

    /// What tells this thread from every other of the process.
    @inline(__always)
    package static var current: UInt { UInt(pthread_self()) }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

/// Makes the calling thread do nothing for a while; poll(2) without descriptors.
package func pauseThread(milliseconds: Int64) {
    _ = poll(nil, 0, CInt(clamping: milliseconds))
}
