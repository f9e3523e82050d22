import DroverBytes
import DroverLineRPCMessages

// What is told rather than asked: methods without a result. Clients may call them all the same, and are answered null.
extension RPCMethods {
    /// Adds a method without a result.
    public mutating func registerNotification<each Param: Decodable & Sendable>(
        _ name: String, params names: [String] = [], _ body: @escaping @Sendable (repeat each Param) throws -> Void
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        add(name) { _, params, reply in
            var arguments = try ParameterCursor(params, parameters)
            try body(repeat try arguments.next((each Param).self, params))
            reply.append("null")
        }
    }

    /// Adds a method without a result that wants to know who calls.
    public mutating func registerNotification<each Param: Decodable & Sendable>(
        _ name: String, params names: [String] = [],
        _ body: @escaping @Sendable (RPCCall, repeat each Param) throws -> Void
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        add(name) { call, params, reply in
            var arguments = try ParameterCursor(params, parameters)
            try body(call, repeat try arguments.next((each Param).self, params))
            reply.append("null")
        }
    }

    /// Adds a method without a result that may wait.
    public mutating func registerNotification<each Param: Decodable & Sendable>(
        _ name: String, params names: [String] = [], deadline: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (repeat each Param) async throws -> Void
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        add(name, deadline) { _, params in
            var cursor = try ParameterCursor(params, parameters)
            let arguments = (repeat try cursor.next((each Param).self, params))
            return {
                try await body(repeat each arguments)
                return RawJSON.null.bytes
            }
        }
    }

    /// Adds a method without a result that may wait and wants to know who calls.
    public mutating func registerNotification<each Param: Decodable & Sendable>(
        _ name: String, params names: [String] = [], deadline: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (RPCCall, repeat each Param) async throws -> Void
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        add(name, deadline) { call, params in
            var cursor = try ParameterCursor(params, parameters)
            let arguments = (repeat try cursor.next((each Param).self, params))
            return {
                try await body(call, repeat each arguments)
                return RawJSON.null.bytes
            }
        }
    }
}
