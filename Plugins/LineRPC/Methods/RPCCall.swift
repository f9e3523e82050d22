/// The call that a method answers, for methods that ask for it: a first parameter of this type is no argument.
public struct RPCCall: Sendable {
    /// Who calls.
    public let peer: RPCPeer
    /// Whether the peer waits for no answer.
    public let isNotification: Bool
}
