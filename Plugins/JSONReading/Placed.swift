import FoundationEssentials

/// A value whose decoding names the place of a number that does not fit.
struct Placed<Value: Decodable>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        guard Self.isLeaf else {
            value = try Value(from: PlacingDecoder(base: decoder))
            return
        }
        do {
            value = try decoder.singleValueContainer().decode(Value.self)
        } catch let error as DecodingError {
            throw error
        } catch {
            // An error of the coder's own, which the coder would report as broken JSON.
            let context = DecodingError.Context(
                codingPath: decoder.codingPath, debugDescription: "\(error)", underlyingError: error)
            throw Self.isNumber ? DecodingError.typeMismatch(Value.self, context) : .dataCorrupted(context)
        }
    }

    private static var isNumber: Bool {
        Value.self is any BinaryInteger.Type || Value.self is any BinaryFloatingPoint.Type || Value.self == Decimal.self
    }

    /// Whether the coder reads such a value itself, some of them in ways that no other decoder has.
    private static var isLeaf: Bool {
        isNumber || Value.self == String.self || Value.self == Bool.self || Value.self == Data.self
            || Value.self == Date.self || Value.self == URL.self
    }
}
