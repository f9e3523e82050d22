public import DroverCore
public import DroverHTTPMessages
import DroverSystem

/// Answers every request with what the server understood of it, as JSON.
///
/// `client`, `scheme` and `authority` are what holds after everything that a trusted proxy says, so they show whether the
/// right proxies are trusted; `remote` is the peer.
public struct InspectHandler: HTTPHandler {
    // Enough for a look at a body; a client that sends more wants to know only that it is too much.
    private static let largestBody = 16 << 20

    private let worker: WorkerIdentity

    /// A handler that runs in `worker`.
    public init(worker: WorkerIdentity) {
        self.worker = worker
    }

    /// Answers with the request as an object; a body of more than 16 MiB is a 413.
    public func respond(to request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.largestBody)
        var json = JSONWriter()
        json.open(.object)
        json.member("method", request.method.description)
        json.member("target", request.target)
        json.member("version", request.version.description)
        json.key("headers")
        json.fields(request.headers)
        json.member("body", Base64.encode(body))
        json.key("trailers")
        json.fields(request.trailers)
        json.member("remote", request.remote.description)
        json.member("local", request.local.description)
        json.member("client", request.client.host)
        json.member("scheme", request.scheme)
        json.member("authority", optional: request.host)
        json.key("tls")
        json.security(request.security)
        json.key("proxied")
        json.proxied(request.proxied)
        json.member("pid", Int(worker.pid))
        json.member("slot", worker.slot)
        json.member("generation", worker.generation)
        json.close(.object)
        return .bytes(json.bytes, contentType: .json)
    }
}

extension JSONWriter {
    /// How the connection is kept secret; null where it is not.
    fileprivate mutating func security(_ security: TransportSecurity?) {
        guard let security else { return null() }
        open(.object)
        member("version", security.version)
        member("cipher", security.cipher)
        member("alpn", optional: security.applicationProtocol)
        member("server_name", optional: security.serverName)
        member("resumed", security.isResumed)
        key("client")
        if let peer = security.peer {
            open(.object)
            member("subject", peer.subject)
            member("issuer", peer.issuer)
            member("serial", peer.serial)
            key("names")
            open(.array)
            for name in peer.alternativeNames { string(name) }
            close(.array)
            member("verification", peer.verification)
            close(.object)
        } else {
            null()
        }
        close(.object)
    }

    /// What a proxy has said about the client's connection to it; null if it has said nothing.
    fileprivate mutating func proxied(_ facts: ProxyFacts?) {
        guard let facts else { return null() }
        open(.object)
        if let isEncrypted = facts.isEncrypted {
            member("encrypted", isEncrypted)
        } else {
            key("encrypted")
            null()
        }
        member("version", optional: facts.security?.version)
        member("cipher", optional: facts.security?.cipher)
        member("alpn", optional: facts.applicationProtocol)
        member("authority", optional: facts.authority)
        member("unique_id", optional: facts.uniqueName)
        key("client")
        if let certificate = facts.security?.certificate {
            open(.object)
            member("common_name", optional: certificate.commonName)
            member("verified", certificate.isVerified)
            member("earlier", certificate.isFromEarlierConnection)
            close(.object)
        } else {
            null()
        }
        close(.object)
    }

    fileprivate mutating func member(_ name: String, optional text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    /// Fields as a list of pairs, so that order and repetition are seen.
    fileprivate mutating func fields(_ fields: HeaderFields) {
        open(.array)
        for field in fields {
            open(.array)
            string(field.name)
            string(field.value)
            close(.array)
        }
        close(.array)
    }
}
