public import DroverHTTPMessages

/// Why a packet is not taken for a request.
public enum PacketRejection: Error, Equatable, Sendable {
    /// It is something else than a request.
    case modifier(UInt8)
    /// Its variables are too many bytes.
    case blockSize(Int, limit: Int)
    /// Its variables are too many.
    case variableCount(limit: Int)
    /// A variable without a name.
    case emptyName
    /// A variable that is longer than what is left of the packet.
    case overrun
}

extension PacketRejection: CustomStringConvertible {
    /// What the client is told.
    public var status: HTTPStatus {
        switch self {
        case .modifier: .notImplemented
        case .blockSize, .variableCount: .requestHeaderFieldsTooLarge
        case .emptyName, .overrun: .badRequest
        }
    }

    /// The broken rule in one line, with the setting that says so.
    public var description: String {
        switch self {
        case .modifier(let number): "modifier1 is \(number) and only 0 is served here: remove uwsgi_modifier1"
        case .blockSize(let size, let limit):
            "the packet has \(size) bytes of variables, more than the \(limit) of uwsgi.limit_block"
        case .variableCount(let limit): "the packet has more than the \(limit) variables of uwsgi.limit_variables"
        case .emptyName: "a variable has no name"
        case .overrun: "a variable reaches beyond the end of its packet"
        }
    }
}
