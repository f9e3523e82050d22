import DroverLineRPCMessages

/// Calls and notifications that are sent in one message and answered in one.
public struct RPCBatch: Sendable {
    /// A call, or a notification without a number.
    struct Part: Sendable {
        let method: String
        let params: [UInt8]
        let isCall: Bool
    }

    private(set) var parts: [Part] = []

    /// An empty batch, which cannot be sent.
    public init() {}

    /// How many calls it holds.
    public var callCount: Int { parts.count { $0.isCall } }

    /// Adds a call.
    ///
    /// - Returns: Its place among the results.
    /// - Throws: What encoding the params throws.
    @discardableResult
    public mutating func call<each Param: Encodable>(_ method: String, _ params: repeat each Param) throws -> Int {
        parts.append(Part(method: method, params: try PositionalParams.encode(repeat each params), isCall: true))
        return callCount - 1
    }

    /// Adds a notification.
    ///
    /// - Throws: What encoding the params throws.
    public mutating func notify<each Param: Encodable>(_ method: String, _ params: repeat each Param) throws {
        parts.append(Part(method: method, params: try PositionalParams.encode(repeat each params), isCall: false))
    }
}
