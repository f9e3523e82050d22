import DroverCore
import FoundationEssentials

extension Response {
    /// `value` as JSON.
    ///
    /// - Throws: What encoding it throws, which a handler may pass on: it becomes a 500 and a line in the log.
    public static func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return .bytes([UInt8](try encoder.encode(value)), status: status, contentType: .json)
    }
}

extension RequestBody {
    /// The body as a value that was written in JSON.
    ///
    /// - Throws: `HTTPError` with 400 for a body that is no JSON or does not fit the type, and what ``collect(upTo:)``
    ///   throws.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self, upTo limit: Int) async throws -> Value {
        let bytes = try await collect(upTo: limit)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw HTTPError(.badRequest, "\(Self.reason(error))\n")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return path.isEmpty ? "the body" : "the body's \(path.drop { $0 == "." })"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context)) lacks '\(key.stringValue)'"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "\(place(context)) must be of the type \(type)"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "the body is no JSON"
        case .dataCorrupted(let context): "\(place(context)) has an impossible value"
        @unknown default: "the body does not fit"
        }
    }
}
