/// Header fields in order; the same name may come several times.
public struct HeaderFields: Hashable, Sendable {
    private var fields: [HeaderField]

    /// These fields.
    public init(_ fields: [HeaderField] = []) {
        self.fields = fields
    }

    /// Adds a field at the end, beside others of its name.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(HeaderField(name, value))
    }

    /// Adds a field whose value is `bytes` at the end, beside others of its name.
    public mutating func append(_ name: String, bytes: [UInt8]) {
        fields.append(HeaderField(name, bytes: bytes))
    }

    /// The value of the first field called `name`; setting it replaces all of that name, setting nil removes them.
    public subscript(name: String) -> String? {
        get {
            fields.first { FoldedBytes.equal($0.name, name) }?.value
        }
        set {
            guard let newValue else {
                fields.removeAll { FoldedBytes.equal($0.name, name) }
                return
            }
            guard let place = fields.firstIndex(where: { FoldedBytes.equal($0.name, name) }) else {
                return append(name, newValue)
            }
            fields[place].value = newValue
            let later = fields[(place + 1)...].filter { !FoldedBytes.equal($0.name, name) }
            fields.replaceSubrange((place + 1)..., with: later)
        }
    }
}

extension HeaderFields: RandomAccessCollection {
    /// The place of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The place behind the last field.
    public var endIndex: Int { fields.endIndex }

    /// The field at `position`.
    public subscript(position: Int) -> HeaderField { fields[position] }
}

extension HeaderFields: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    /// Fields as `["Name": "value"]`; order and repetition are kept.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { HeaderField($0.0, $0.1) })
    }

    /// Fields as `[HeaderField("Name", "value")]`.
    public init(arrayLiteral elements: HeaderField...) {
        self.init(elements)
    }
}
