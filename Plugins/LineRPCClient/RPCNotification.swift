public import DroverLineRPCMessages

/// Something that the server says without having been asked.
public struct RPCNotification: Sendable, Equatable {
    /// What it is about; `rpc.draining` means that the server stops and this connection takes no more calls.
    public let method: String
    /// What it says; nil if nothing.
    public let params: RawJSON?
}
