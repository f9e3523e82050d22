/// Something that takes bytes from strangers, and what has to hold for every input.
///
/// `check` traps when it does not hold, which a fuzzer notices as it does any other trap.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The head of a request.
    case head
    /// A body in chunks.
    case chunked
    /// What proxies say about a request's origin.
    case forwarding
    /// The PROXY protocol.
    case proxy
    /// Addresses in numbers.
    case address
    /// A request's path as the name of a file.
    case path
    /// Queries and cookies.
    case request
    /// A request that a gateway describes by variables.
    case uwsgi
    /// Messages in lines, or behind headers.
    case frames
    /// Messages of JSON-RPC.
    case messages
    /// MessagePack, of the doge sample.
    case msgpack

    /// Feeds `bytes` to it.
    public func check(_ bytes: [UInt8]) {
        switch self {
        case .head: HeadTarget.check(bytes)
        case .chunked: ChunkedTarget.check(bytes)
        case .forwarding: RequestTarget.checkForwarding(bytes)
        case .proxy: ProxyTarget.check(bytes)
        case .address: AddressTarget.check(bytes)
        case .path: PathTarget.check(bytes)
        case .request: RequestTarget.check(bytes)
        case .uwsgi: PacketTarget.check(bytes)
        case .frames: FrameTarget.check(bytes)
        case .messages: MessageTarget.check(bytes)
        case .msgpack: PackTarget.check(bytes)
        }
    }
}
