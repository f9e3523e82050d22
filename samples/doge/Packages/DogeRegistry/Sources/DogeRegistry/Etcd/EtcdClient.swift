internal import AsyncHTTPClient
public import DogeConfiguration
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

internal import struct Synchronization.Atomic

/// A client for etcd's version 3 API, spoken as JSON through the gateway that every member has.
///
/// It talks to one member as long as that answers, and then to the next. It has threads of its own: make it in a
/// companion or a client, never in the arbiter.
public final class EtcdClient: Sendable {
    private let endpoints: [HostPort]
    private let patience: Duration
    private let http: HTTPClient
    /// The index of the member that answered last.
    private let preferred = Atomic<Int>(0)

    // Room for a list of some ten thousand servers.
    private static let mostBytes = 4 << 20

    /// A client of the cluster with these members.
    ///
    /// - Parameters:
    ///   - endpoints: At least one.
    ///   - patience: How long a member may take to answer.
    public init(_ endpoints: [HostPort], patience: Duration = .seconds(2)) {
        precondition(!endpoints.isEmpty, "a cluster has members")
        self.endpoints = endpoints
        self.patience = patience
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .nanoseconds(patience.inNanoseconds)
        // A member that is down shall count as down, not be tried for as long as the request may take.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        // A watch keeps its connection: questions must not wait for one behind watches.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
        http = HTTPClient(configuration: configuration)
    }

    deinit {
        http.shutdown { _ in }
    }

    // MARK: One answer

    /// Asks `path`, of one member after the other until one answers.
    func ask<Reply: Decodable>(_ path: String, _ question: some Encodable & Sendable, _: Reply.Type) async throws
        -> Reply
    {
        let body = try Self.encoded(question)
        return try await eachMember { member in
            let bytes = try await within(self.patience) {
                let response = try await self.http.execute(Self.request(member, path, body), deadline: .distantFuture)
                let collected = try await response.body.collect(upTo: Self.mostBytes)
                return try Self.judged(Int(response.status.code), Array(buffer: collected))
            }
            guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(bytes)) else {
                throw EtcdError.nonsense("\(path): \(String(decoding: bytes.prefix(200), as: UTF8.self))")
            }
            return reply
        }
    }

    /// Runs `body` with members until one gives an answer, even if that is a refusal.
    private func eachMember<Value>(_ body: (HostPort) async throws -> Value) async throws -> Value {
        let first = preferred.load(ordering: .relaxed)
        var reasons: [String] = []
        for offset in endpoints.indices {
            let index = (first + offset) % endpoints.count
            do {
                let value = try await body(endpoints[index])
                preferred.store(index, ordering: .relaxed)
                return value
            } catch let error where Self.isFinal(error) {
                throw error
            } catch {
                try Task.checkCancellation()
                reasons.append("\(endpoints[index]): \(error)")
            }
        }
        throw EtcdError.unreachable(reasons)
    }

    /// Whether another member would say the same.
    private static func isFinal(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError: true
        case EtcdError.refused(let status, _): status < 500
        case EtcdError.leaseLost, EtcdError.compacted: true
        default: false
        }
    }

    // MARK: Many answers

    /// Asks `path`, and hands over each line of what comes back until there is no more.
    func follow<Reply: Decodable>(
        _ path: String, _ question: some Encodable & Sendable, _ body: (Reply) throws -> Void
    ) async throws {
        let bytes = try Self.encoded(question)
        let response = try await eachMember { member in
            let response = try await within(self.patience) {
                try await self.http.execute(Self.request(member, path, bytes), deadline: .distantFuture)
            }
            guard response.status != .ok else { return response }
            let collected = try await within(self.patience) { try await response.body.collect(upTo: Self.mostBytes) }
            _ = try Self.judged(Int(response.status.code), Array(buffer: collected))
            return response
        }
        var lines = LineSplitter(limit: Self.mostBytes)
        for try await piece in response.body {
            for line in try lines.append(Array(buffer: piece)) {
                let streamed = try? JSONDecoder().decode(Streamed<Reply>.self, from: Data(line))
                guard let reply = streamed?.result else {
                    let words = streamed?.error?.message ?? String(decoding: line.prefix(200), as: UTF8.self)
                    throw EtcdError.nonsense("\(path): \(words)")
                }
                try body(reply)
            }
        }
    }

    // MARK: HTTP

    private static func encoded(_ question: some Encodable) throws -> [UInt8] {
        Array(try JSONEncoder().encode(question))
    }

    private static func request(_ member: HostPort, _ path: String, _ body: [UInt8]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://\(member)\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
        return request
    }

    private static func judged(_ status: Int, _ bytes: [UInt8]) throws -> [UInt8] {
        if status == 200 { return bytes }
        let failure = try? JSONDecoder().decode(GatewayFailure.self, from: Data(bytes))
        if failure?.code == GatewayFailure.notFound { throw EtcdError.leaseLost }
        let words = failure?.message ?? failure?.error ?? String(decoding: bytes.prefix(200), as: UTF8.self)
        throw EtcdError.refused(status: status, message: words)
    }
}
