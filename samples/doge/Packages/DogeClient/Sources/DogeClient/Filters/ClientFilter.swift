/// A call on its way to a server; filters see it and may change its meta.
public struct ClientCall: Sendable {
    /// The service that is called.
    public let service: String
    /// The method.
    public let method: String
    /// What goes with the arguments: names and values that the server's filters understand.
    public var meta: [String: String]
    let arguments: EncodedArguments
}

/// A result that no filter has to look into.
public struct ClientResult: Sendable {
    /// The result in MessagePack.
    public let bytes: [UInt8]
}

/// Stands around the calls of a client, as the server's filters stand around its methods.
public protocol ClientFilter: Sendable {
    /// Passes a call on with `next`, once, and its result back.
    ///
    /// - Throws: What `next` throws.
    func call(
        _ call: ClientCall, next: @Sendable (ClientCall) async throws -> ClientResult
    ) async throws -> ClientResult
}
