import DroverCore
import DroverJSONReading
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
            return try JSONReading.decode(type, from: bytes)
        } catch let error as DecodingError {
            throw HTTPError(.badRequest, "\(Self.reason(error))\n")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        let place = error.place
        if case .dataCorrupted = error, place.isEmpty { return "the body is no JSON" }
        return "\(place.isEmpty ? "the body" : "the body's \(place.drop { $0 == "." })") \(error.complaint)"
    }
}
