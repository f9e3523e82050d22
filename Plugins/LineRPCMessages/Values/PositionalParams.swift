/// Params by position, from Swift's values.
public enum PositionalParams {
    /// An array of `values` in JSON; empty when there are none.
    ///
    /// - Throws: What encoding one of them throws.
    public static func encode<each Value: Encodable>(_ values: repeat each Value) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for value in repeat each values {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "[" : ","))
            try JSONCoding.encode(value, into: &bytes)
        }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "]")) }
        return bytes
    }
}
