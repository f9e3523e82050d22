import DroverBytes
import DroverCore
public import DroverLineRPCMessages

/// The methods that clients can call, with typed arguments and results.
///
///     methods.register("divide", params: ["dividend", "divisor"]) { (a: Int, b: Int) in
///         guard b != 0 else { throw RPCError(1, "division by zero") }
///         return a / b
///     }
///
/// Arguments are whatever is `Decodable`, results whatever is `Encodable`; arguments that do not fit are answered -32602
/// before the method runs. A last parameter that is optional may be left out. With `params` they can be given by name as
/// well; a method of one parameter without a name takes an object of named params as that parameter.
///
/// A method that is not `async` runs at once, and the connection's other calls wait for it, which for a short one costs
/// least. One that is `async`, or registered with `beside`, has a task of its own. An `RPCError` that it throws is the
/// answer; any other error is logged and answered -32603 without a detail. Registering a name again replaces the method.
public struct RPCMethods: Sendable {
    private(set) var all: [String: RPCMethod] = [:]

    /// No methods.
    init() {}

    /// The names of all methods, sorted.
    public var names: [String] { all.keys.sorted() }

    /// Adds a method.
    ///
    /// - Parameters:
    ///   - name: What clients call; names that begin with `rpc.` are the specification's.
    ///   - names: The parameters' names, for clients that give arguments by name.
    ///   - deadline: How long a call may take; it is then cancelled and answered -32000. It also needs `beside`.
    ///   - beside: Whether it runs in a task of its own: for methods that block, in worker classes with threads.
    ///   - body: What it does.
    public mutating func register<each Param: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, params names: [String] = [], deadline: Duration? = nil, beside: Bool = false,
        _ body: @escaping @Sendable (repeat each Param) throws -> Result
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        if beside {
            add(name, deadline) { _, params in
                var cursor = try ParameterCursor(params, parameters)
                let arguments = (repeat try cursor.next((each Param).self, params))
                return { try Self.encoded(try body(repeat each arguments)) }
            }
        } else {
            add(name) { _, params, reply in
                var arguments = try ParameterCursor(params, parameters)
                let result = try body(repeat try arguments.next((each Param).self, params))
                try JSONCoding.encode(result, into: &reply)
            }
        }
    }

    /// Adds a method that wants to know who calls.
    public mutating func register<each Param: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, params names: [String] = [], deadline: Duration? = nil, beside: Bool = false,
        _ body: @escaping @Sendable (RPCCall, repeat each Param) throws -> Result
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        if beside {
            add(name, deadline) { call, params in
                var cursor = try ParameterCursor(params, parameters)
                let arguments = (repeat try cursor.next((each Param).self, params))
                return { try Self.encoded(try body(call, repeat each arguments)) }
            }
        } else {
            add(name) { call, params, reply in
                var arguments = try ParameterCursor(params, parameters)
                let result = try body(call, repeat try arguments.next((each Param).self, params))
                try JSONCoding.encode(result, into: &reply)
            }
        }
    }

    /// Adds a method that may wait; other calls of the connection go on meanwhile.
    public mutating func register<each Param: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, params names: [String] = [], deadline: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (repeat each Param) async throws -> Result
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        add(name, deadline) { _, params in
            var cursor = try ParameterCursor(params, parameters)
            let arguments = (repeat try cursor.next((each Param).self, params))
            return { try Self.encoded(try await body(repeat each arguments)) }
        }
    }

    /// Adds a method that may wait and wants to know who calls.
    public mutating func register<each Param: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, params names: [String] = [], deadline: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (RPCCall, repeat each Param) async throws -> Result
    ) {
        let parameters = ParameterNames(names, of: repeat (each Param).self)
        add(name, deadline) { call, params in
            var cursor = try ParameterCursor(params, parameters)
            let arguments = (repeat try cursor.next((each Param).self, params))
            return { try Self.encoded(try await body(call, repeat each arguments)) }
        }
    }

    /// Adds a method that gets its params as they were written, nil if there are none, and answers in JSON too.
    public mutating func register(
        _ name: String, raw body: @escaping @Sendable (RPCCall, RawJSON?) throws -> RawJSON
    ) {
        add(name) { call, params, reply in
            let json = params.byteCount == 0 ? nil : RawJSON(checked: [UInt8](copying: params))
            reply.append(contentsOf: try body(call, json).bytes)
        }
    }

    private static func encoded(_ result: some Encodable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try JSONCoding.encode(result, into: &bytes)
        return bytes
    }

    mutating func add(_ name: String, _ body: @escaping RPCMethod.Inline) {
        add(RPCMethod(name: name, deadline: nil, body: .inline(body)))
    }

    mutating func add(_ name: String, _ deadline: Duration?, _ body: @escaping RPCMethod.Prepare) {
        add(RPCMethod(name: name, deadline: deadline?.inMilliseconds, body: .beside(body)))
    }

    private mutating func add(_ method: RPCMethod) {
        precondition(!method.name.hasPrefix("rpc."), "names that begin with 'rpc.' are reserved: \(method.name)")
        all[method.name] = method
    }
}
