/// What a request asks to be done with its target, RFC 9110 section 9.
public enum HTTPMethod: Hashable, Sendable {
    /// Send a representation of the resource.
    case get
    /// As ``get``, without the body.
    case head
    /// Let the resource process the body.
    case post
    /// Replace the resource by the body.
    case put
    /// Remove the resource.
    case delete
    /// Open a tunnel to the target.
    case connect
    /// Tell what can be done.
    case options
    /// Send the request back.
    case trace
    /// Change the resource as the body says; RFC 5789.
    case patch
    /// Any other method; names are case-sensitive.
    case other(String)
}

extension HTTPMethod: CustomStringConvertible {
    /// The name as it travels.
    public var description: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        case .other(let name): name
        }
    }
}

/// A method as the parser notes it, one byte and no text.
enum MethodCode: UInt8, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch, other

    /// Whether asking twice does no harm, as a client may expect: RFC 9110 section 9.2.1.
    var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace: true
        case .post, .put, .delete, .connect, .patch, .other: false
        }
    }

    /// The method that `name` spells.
    init(_ name: RawSpan) {
        var word: UInt64 = 0
        guard name.byteCount <= 8 else {
            self = .other
            return
        }
        for offset in name.byteOffsets {
            word |= UInt64(name.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) << UInt64(8 * offset)
        }
        self =
            switch word {
            case 0x54_4547: .get
            case 0x4441_4548: .head
            case 0x5453_4F50: .post
            case 0x54_5550: .put
            case 0x4554_454C_4544: .delete
            case 0x54_4345_4E4E_4F43: .connect
            case 0x53_4E4F_4954_504F: .options
            case 0x45_4341_5254: .trace
            case 0x48_4354_4150: .patch
            default: .other
            }
    }
}
