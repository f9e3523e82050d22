import FoundationEssentials

/// Reads values from JSON with FoundationEssentials' coder, and knows where one does not fit.
public enum JSONReading {
    private static let decoder = JSONDecoder()

    /// The value that is written in `bytes`.
    ///
    /// A number that does not fit its type is reported at its place, as any other value is; the coder alone reports such a
    /// number as broken JSON. Only input that fails is read twice.
    ///
    /// - Throws: `DecodingError`; one without a place is about JSON that is none, or about the value as a whole.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let data = Data(bytes)
        do {
            return try decoder.decode(type, from: data)
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            // The coder reports a number that is out of range, or a fraction where none may be, as it reports broken
            // syntax, wherever the number stands. A second look finds the place; only input that fails pays for it.
            return try decoder.decode(Placed<Value>.self, from: data).value
        }
    }
}
