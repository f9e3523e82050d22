public import DogeDiscovery
public import Logging
public import MessagePack
internal import NIOCore
public import NIOPosix

/// A client of one service, wherever its servers are.
///
///     let client = DogeClient("test", DirectDiscovery([Endpoint(node: "n1", host: "127.0.0.1", port: 4399)]))
///     let sum: Int = try await client.call("sum", 1, 2)
///
/// It may be used by any number of tasks at once: calls share a few long connections to each endpoint and do not wait for
/// each other. Connections are opened by the first call, and again by the next one after they have ended.
public final class DogeClient: Sendable {
    /// The service that is called.
    public let service: String
    private let settings: ClientSettings
    private let filters: [any ClientFilter]
    private let directory: ServiceDirectory
    private let caller: Caller
    private let race: BackupRace
    private let watching: Task<Void, Never>

    /// A client of `service`.
    ///
    /// - Parameters:
    ///   - service: The name that discovery knows it by.
    ///   - discovery: Names the service's endpoints.
    ///   - settings: How they are called.
    ///   - filters: What stands around the calls, the first outermost.
    ///   - group: The event loops that the connections live on.
    ///   - logger: Hears of endpoints that are ejected and that come back.
    public init(
        _ service: String, _ discovery: any Discovery, settings: ClientSettings = ClientSettings(),
        filters: [any ClientFilter] = [], group: MultiThreadedEventLoopGroup = .singleton,
        logger: Logger = Logger(label: "doge-client")
    ) {
        self.service = service
        self.settings = settings
        self.filters = filters
        let directory = ServiceDirectory(service, settings, on: group, logger)
        self.directory = directory
        caller = Caller(service: service, directory: directory)
        race = BackupRace(caller: caller, history: CallHistory())
        let endpoints = discovery.watch(service: service)
        watching = Task { [weak directory] in
            for await set in endpoints { directory?.update(set) }
        }
    }

    deinit { close() }

    // MARK: Calling

    /// Calls a method and returns its result.
    ///
    /// - Throws: ``DogeClientError``, `CancellationError`, and what encoding the arguments throws.
    public func call<each Argument: Encodable, Result: Decodable>(
        _ method: String, _ arguments: repeat each Argument, returning type: Result.Type = Result.self
    ) async throws -> Result {
        let encoded = try EncodedArguments(repeat each arguments)
        let result = try await call(method, encoded)
        do {
            return try MessagePackDecoder.decode(type, from: result.bytes)
        } catch {
            throw DogeClientError(
                reason: .unexpectedResult("\(error)"), service: service, method: method, endpoint: nil)
        }
    }

    /// Calls a method with plain values, and meta that filters on the server's side understand.
    ///
    /// - Throws: ``DogeClientError``, `CancellationError`.
    public func call(
        _ method: String, arguments: [MessagePackValue], meta: [String: String] = [:]
    ) async throws -> MessagePackValue {
        let result = try await call(method, EncodedArguments(values: arguments), meta: meta)
        do throws(MessagePackFault) {
            return try MessagePackValue(decoding: result.bytes)
        } catch {
            throw DogeClientError(
                reason: .unexpectedResult("\(error)"), service: service, method: method, endpoint: nil)
        }
    }

    /// Tells a server something; it does not answer.
    ///
    /// - Throws: ``DogeClientError`` when it could not be sent, `CancellationError`, and what encoding the arguments
    ///   throws. That it was sent does not mean that it has arrived.
    public func notify<each Argument: Encodable>(_ method: String, _ arguments: repeat each Argument) async throws {
        let call = ClientCall(
            service: service, method: method, meta: [:], arguments: try EncodedArguments(repeat each arguments))
        _ = try await pass(call, from: 0) { [caller, settings] call in
            let encoded = EncodedCall(method: call.method, meta: call.meta, arguments: call.arguments)
            try await caller.notify(encoded, settings.method(call.method))
            return ClientResult(bytes: [0xC0])
        }
    }

    private func call(
        _ method: String, _ arguments: EncodedArguments, meta: [String: String] = [:]
    ) async throws -> ClientResult {
        let call = ClientCall(service: service, method: method, meta: meta, arguments: arguments)
        return filters.isEmpty ? try await send(call) : try await pass(call, from: 0) { try await self.send($0) }
    }

    private func pass(
        _ call: ClientCall, from place: Int, _ send: @Sendable (ClientCall) async throws -> ClientResult
    ) async throws -> ClientResult {
        guard place < filters.count else { return try await send(call) }
        return try await withoutActuallyEscaping(send) { send in
            try await filters[place].call(call) { try await self.pass($0, from: place + 1, send) }
        }
    }

    private func send(_ call: ClientCall) async throws -> ClientResult {
        let encoded = EncodedCall(method: call.method, meta: call.meta, arguments: call.arguments)
        let policy = settings.method(call.method)
        let answer =
            switch settings.highAvailability {
            case .failover: try await caller.call(encoded, policy)
            case .backupRequest: try await race.call(encoded, policy)
            }
        switch answer.content {
        case .result(let bytes): return ClientResult(bytes: bytes)
        case .refused(let error):
            throw DogeClientError(
                reason: .refused(error), service: service, method: call.method, endpoint: answer.endpoint)
        }
    }

    // MARK: The end

    /// Ends all connections; calls that are in progress fail.
    public func close() {
        watching.cancel()
        directory.close()
    }
}
