import Glibc

/// Something that one thread sets and others look at.
public final class Flag: @unchecked Sendable {
    private var lock = pthread_mutex_t()
    private var value = false

    /// Not set yet.
    public init() { pthread_mutex_init(&lock, nil) }

    /// Whether it is set.
    public var isSet: Bool {
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        return value
    }

    /// Sets it, for good.
    public func set() {
        pthread_mutex_lock(&lock)
        value = true
        pthread_mutex_unlock(&lock)
    }
}

/// A thread whose result somebody waits for.
public final class Worker<Result>: @unchecked Sendable {
    private let body: () -> Result
    private var result: Result?
    private var thread = pthread_t()

    /// Starts a thread that runs `body`.
    public init(_ body: @escaping () -> Result) {
        self.body = body
        let box = Unmanaged.passRetained(self)
        pthread_create(
            &thread, nil,
            { pointer in
                let worker = Unmanaged<AnyObject>.fromOpaque(pointer!).takeRetainedValue() as! any Runnable
                worker.run()
                return nil
            }, box.toOpaque())
    }

    /// Waits for its end.
    public func join() -> Result {
        pthread_join(thread, nil)
        return result!
    }
}

/// A thread's body without its type.
private protocol Runnable: AnyObject {
    func run()
}

extension Worker: Runnable {
    fileprivate func run() { result = body() }
}
