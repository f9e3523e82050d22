public import DroverSystem

/// A loop for streams that we open ourselves: a worker's own, or one with a thread of its own.
///
/// In a worker it is ``current``: the streams then wait beside the worker's connections, in the same epoll_wait(2), and no
/// thread is added. Elsewhere, as in a command-line tool, make one: its thread starts with the first stream and ends when
/// the loop and its streams are gone.
///
///     let stream = try await loop.connect(to: "127.0.0.1:7000")
///     try await stream.write("PING\r\n")
///     let reply = try await stream.readLine()
public final class StreamLoop: Sendable {
    package let reactor: StreamReactor
    private static let ofProcess = Locked<StreamLoop?>(nil)

    /// The loop of the worker or companion that this process is, also while its applications are made; nil in any other
    /// process.
    ///
    /// What waits for it goes on as soon as the worker serves, which the loop of its worker class does.
    public static var current: StreamLoop? { ofProcess.withLock { $0 } }

    /// Makes it the one of this process, which is a worker.
    package func becomeCurrent() { Self.ofProcess.withLock { $0 = self } }

    /// A loop with a thread of its own, which is called `name` in ps(1).
    public convenience init(name: String = "streams") {
        self.init(.ownThread(name: name))
    }

    private init(_ driver: StreamReactor.Driver) {
        reactor = StreamReactor(driver)
    }

    /// The loop of a worker, whose own loop waits for it.
    package static func ofWorker() -> StreamLoop { StreamLoop(.worker) }

    deinit { reactor.stop() }

    /// Opens a stream to the server at `address`.
    ///
    /// A name is looked up on a thread of its own, getaddrinfo(3), and its addresses are tried one after the other.
    ///
    /// - Parameters:
    ///   - address: `HOST:PORT`, `[v6]:PORT`, `unix:PATH` or `unix:@NAME`.
    ///   - transport: How its bytes travel.
    ///   - name: What the server is called in the transport's handshake, for its certificate; nil for the host of `address`.
    ///   - limits: How long what may take.
    /// - Returns: A stream whose transport's handshake is complete.
    /// - Throws: What keeps the server from being reached: `HostLookupError`, `SystemError`, `ConnectionError`.
    public func connect(
        to address: String, through transport: any ClientTransport = PlainTransport(), as name: String? = nil,
        limits: StreamLimits = StreamLimits()
    ) async throws -> sending ClientStream {
        let place = try BindAddress(parsing: address)
        var host = ""
        if case .tcp(let name, _) = place { host = name }
        let choices = try await place.isName ? NameLookup.addresses(of: address) : SocketAddress.lookUp(address)
        do {
            return try await connect(to: choices[0], through: transport, as: name ?? host, limits: limits)
        } catch {
            for choice in choices.dropFirst() {
                let stream = try? await connect(to: choice, through: transport, as: name ?? host, limits: limits)
                if let stream { return stream }
            }
            // The first is the one that the name server recommends.
            throw error
        }
    }

    /// Opens a stream to the server at `address`.
    ///
    /// - Parameters:
    ///   - address: Where it listens.
    ///   - transport: How its bytes travel.
    ///   - name: What the server is called in the transport's handshake, for its certificate.
    ///   - limits: How long what may take.
    /// - Returns: A stream whose transport's handshake is complete.
    /// - Throws: `SystemError` when there is no descriptor for it or the server refuses, `ConnectionError` when the time is
    ///   over or the handshake fails.
    public func connect(
        to address: SocketAddress, through transport: any ClientTransport = PlainTransport(), as name: String,
        limits: StreamLimits = StreamLimits()
    ) async throws -> sending ClientStream {
        let socket = try StreamSocket(connecting: address)
        let stream = try reactor.add(transport.open(socket, to: name), limits)
        try await stream.establish()
        return stream
    }

    /// Runs `body` as a task where the loop's streams wait, so that it goes on without a change of threads.
    @discardableResult
    public func startTask(_ body: sending @escaping () async -> Void) -> Task<Void, Never> {
        let reactor = reactor
        // Without a descriptor for it the task runs where other tasks do.
        try? reactor.prepare()
        reactor.noteTask(ended: false)
        return Task(executorPreference: reactor.taskExecutor) {
            await body()
            reactor.noteTask(ended: true)
        }
    }
}

extension BindAddress {
    /// Whether a name server has to be asked.
    fileprivate var isName: Bool {
        guard case .tcp(let host, _) = self else { return false }
        return SocketAddress(numeric: host.utf8Span.span.bytes) == nil
    }
}
