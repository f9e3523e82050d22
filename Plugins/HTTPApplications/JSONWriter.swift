/// Writes JSON, RFC 8259, in the order it is told to.
struct JSONWriter {
    /// What holds other values.
    enum Container: Sendable {
        case object, array

        fileprivate var brackets: (open: UInt8, close: UInt8) {
            switch self {
            case .object: (0x7B, 0x7D)
            case .array: (0x5B, 0x5D)
            }
        }
    }

    /// What has been written.
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// A writer with nothing written.
    init() {}

    /// Begins a container.
    mutating func open(_ container: Container) {
        separate()
        bytes.append(container.brackets.open)
        needsComma = false
    }

    /// Ends a container.
    mutating func close(_ container: Container) {
        bytes.append(container.brackets.close)
        needsComma = true
    }

    /// Begins a member of an object; its value comes next.
    mutating func key(_ name: String) {
        string(name)
        bytes.append(0x3A)
        needsComma = false
    }

    /// A member whose value is text.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// A member whose value is a number.
    mutating func member(_ name: String, _ value: Int) {
        key(name)
        separate()
        bytes += Array("\(value)".utf8)
        needsComma = true
    }

    /// A member that is true or false.
    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bytes += Array((value ? "true" : "false").utf8)
        needsComma = true
    }

    /// The value null.
    mutating func null() {
        separate()
        bytes += Array("null".utf8)
        needsComma = true
    }

    /// A text, with the characters escaped that must be.
    mutating func string(_ text: String) {
        separate()
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(0x5C)
                bytes.append(byte)
            case 0x00..<0x20, 0x7F:
                bytes += Array("\\u00".utf8)
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 0x0F))
            default:
                bytes.append(byte)
            }
        }
        bytes.append(0x22)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
        needsComma = false
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
