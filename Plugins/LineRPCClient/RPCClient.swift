public import DroverCore
public import DroverLineRPCMessages

/// A client of the protocol `line-rpc`, or of any server of JSON-RPC 2.0 that frames its messages as one of ``RPCFraming``.
///
///     let client = try await RPCClient(connectingTo: "127.0.0.1:7000")
///     let sum: Int = try await client.call("sum", 1, 2)
///
/// It may be used by many tasks at once; calls do not wait for each other. In a worker it goes on the worker's own loop, so that
/// it costs no thread; elsewhere it has one of its own. In a server of Drover's it is made in a worker and not before.
public final class RPCClient: Sendable {
    private let link: ClientLink
    // It lives as long as its stream.
    private let loop: StreamLoop
    /// What the server says without having been asked, for one reader; the oldest are dropped beyond a thousand.
    public let notifications: AsyncStream<RPCNotification>

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: HOST:PORT or unix:PATH.
    ///   - framing: How messages are told apart.
    ///   - timeout: How long connecting may take, and then each call; zero is for ever. A server that takes nothing for that
    ///     time, half a minute where it is zero, is given up.
    ///   - maxLine: The longest message that is taken, in bytes.
    ///   - transport: How the bytes travel, such as `TLSClientTransport` of DroverTLS.
    ///   - name: What the server is called in the transport's handshake, for its certificate; nil for the host of `address`.
    ///   - loop: Where it waits; nil for the worker's own loop in a worker, and elsewhere for a thread of its own.
    /// - Throws: `RPCClientError.unreachable`.
    public init(
        connectingTo address: String, framing: RPCFraming = .line, timeout: Duration = .seconds(30),
        maxLine: Int = 16 << 20, through transport: any ClientTransport = PlainTransport(), as name: String? = nil,
        on loop: StreamLoop? = nil
    ) async throws {
        let loop = loop ?? StreamLoop.current ?? StreamLoop(name: "rpc-client")
        self.loop = loop
        let (notes, feed) = AsyncStream.makeStream(of: RPCNotification.self, bufferingPolicy: .bufferingNewest(1000))
        notifications = notes
        do {
            let stream = try await loop.connect(
                to: address, through: transport, as: name,
                limits: StreamLimits(connect: timeout, read: timeout, write: timeout == .zero ? .seconds(30) : timeout))
            let link = ClientLink(stream.handle, framing: framing, timeout: timeout.inMilliseconds) { note in
                if let note { feed.yield(note) } else { feed.finish() }
            }
            self.link = link
            loop.startTask {
                var session = ClientSession(link, over: stream, maxLine: maxLine)
                await session.run()
            }
        } catch {
            feed.finish()
            throw RPCClientError.unreachable(address: address, reason: ClientSession.reason(error))
        }
    }

    deinit { link.close(.closed(reason: "the client has been given up")) }

    // MARK: Asking

    /// Calls a method with params by position and returns its result.
    ///
    /// - Throws: `RPCError` that the server answers, `RPCClientError`, `CancellationError`, and `DecodingError` for a
    ///   result of another type.
    public func call<each Param: Encodable, Result: Decodable>(
        _ method: String, _ params: repeat each Param, returning type: Result.Type = Result.self
    ) async throws -> Result {
        let json = try PositionalParams.encode(repeat each params)
        return try await link.call(method, json).decode(type)
    }

    /// Calls a method with params by name, which are the members of `params`, and returns its result.
    ///
    /// - Throws: as `call(_:_:returning:)`.
    public func call<Result: Decodable>(
        _ method: String, named params: some Encodable, returning type: Result.Type = Result.self
    ) async throws -> Result {
        try await link.call(method, RawJSON(encoding: params).bytes).decode(type)
    }

    /// Tells the server something; it does not answer.
    ///
    /// - Throws: `RPCClientError` when the connection has ended, and what encoding the params throws.
    public func notify<each Param: Encodable>(_ method: String, _ params: repeat each Param) throws {
        try link.notify(method, try PositionalParams.encode(repeat each params))
    }

    /// Sends a batch and returns what each of its calls is answered, in the order in which they were added.
    ///
    /// - Throws: `RPCClientError` when the answers do not come, `CancellationError`.
    public func send(_ batch: RPCBatch) async throws -> [Result<RawJSON, RPCError>] {
        precondition(!batch.parts.isEmpty, "an empty batch is an error in JSON-RPC 2.0")
        return try await link.send(batch)
    }

    /// Whether calls can be made.
    public var isConnected: Bool { link.isOpen }

    /// Ends the connection; calls that are in progress fail.
    public func close() {
        link.close(.closed(reason: "it was closed here"))
    }
}
