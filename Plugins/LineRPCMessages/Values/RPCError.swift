/// What a call is answered with when it fails, JSON-RPC 2.0 section 5.1.
public struct RPCError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of error it is; -32768 to -32000 are the specification's.
    public let code: Int
    /// What happened, in a short sentence.
    public let message: String
    /// What else there is to say.
    public let data: RawJSON?

    /// An error; an application's own codes lie outside -32768 to -32000.
    public init(_ code: Int, _ message: String, data: RawJSON? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// -32700: what came is no JSON.
    public static func parseError(_ reason: String) -> RPCError { RPCError(-32700, "Parse error: \(reason)") }
    /// -32600: it is JSON, but no request.
    public static func invalidRequest(_ reason: String) -> RPCError { RPCError(-32600, "Invalid Request: \(reason)") }
    /// -32601: there is no such method.
    public static func methodNotFound(_ method: String) -> RPCError {
        RPCError(-32601, "Method not found: \(method)")
    }
    /// -32602: the arguments do not fit the method.
    public static func invalidParams(_ reason: String) -> RPCError { RPCError(-32602, "Invalid params: \(reason)") }
    /// -32603: the method failed in a way that is the server's own business.
    public static let internalError = RPCError(-32603, "Internal error")
    /// -32000: the call took longer than it may.
    public static func timedOut(milliseconds: Int64) -> RPCError {
        RPCError(-32000, "Timed out: the call took longer than \(milliseconds) ms")
    }

    /// Code and message.
    public var description: String { "\(message) (\(code))" }
}
