/// The methods that clients can call, with typed arguments and results.
///
///     service.register("divide") { (a: Int, b: Int) in
///         guard b != 0 else { throw DogeError("division by zero") }
///         return a / b
///     }
///
/// Arguments are whatever is `Decodable`, results whatever is `Encodable`; a method of a type that is `Sendable` can be
/// given as it is: `service.register("sum", calculator.sum)`. Arguments that do not fit are answered with an error before
/// the method runs, and a last one that is optional may be left out.
///
/// A method that is not `async` runs at once, and the worker's other connections wait for it, which for a short one costs
/// least. One that is `async`, or registered with `beside`, has a task of its own. A `DogeError` that it throws is the
/// answer; any other error is logged, and the client learns no detail. Registering a name again replaces the method.
public struct DogeService: Sendable {
    private(set) var methods: [String: DogeMethod] = [:]

    /// No methods.
    public init() {}

    /// The names of all methods, sorted.
    public var names: [String] { methods.keys.sorted() }

    /// Adds a method.
    ///
    /// - Parameters:
    ///   - name: What clients call; names that begin with an underscore cannot be called.
    ///   - deadline: How long a call may take; it is then cancelled and answered with an error. It also needs `beside`.
    ///   - beside: Whether it runs in a task of its own: for methods that block, in worker classes with threads.
    ///   - body: What it does.
    public mutating func register<each Argument: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, deadline: Duration? = nil, beside: Bool = false,
        _ body: @escaping @Sendable (repeat each Argument) throws -> Result
    ) {
        let list = ArgumentList<repeat each Argument>()
        if beside || deadline != nil {
            add(name, deadline, wantsCall: false) { _, bytes, count in
                let arguments = try list.read(bytes, count)
                return { try MessagePackEncoder.encode(try body(repeat each arguments)) }
            }
        } else {
            add(name, wantsCall: false) { _, bytes, count, writer in
                let arguments = try list.read(bytes, count)
                try MessagePackEncoder.encode(try body(repeat each arguments), into: &writer)
            }
        }
    }

    /// Adds a method that wants to know who calls.
    public mutating func register<each Argument: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, deadline: Duration? = nil, beside: Bool = false,
        _ body: @escaping @Sendable (DogeCall, repeat each Argument) throws -> Result
    ) {
        let list = ArgumentList<repeat each Argument>()
        if beside || deadline != nil {
            add(name, deadline, wantsCall: true) { call, bytes, count in
                let call = Self.known(call)
                let arguments = try list.read(bytes, count)
                return { try MessagePackEncoder.encode(try body(call, repeat each arguments)) }
            }
        } else {
            add(name, wantsCall: true) { call, bytes, count, writer in
                let arguments = try list.read(bytes, count)
                try MessagePackEncoder.encode(try body(Self.known(call), repeat each arguments), into: &writer)
            }
        }
    }

    /// Adds a method that may wait; other calls go on meanwhile.
    public mutating func register<each Argument: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, deadline: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) {
        let list = ArgumentList<repeat each Argument>()
        add(name, deadline, wantsCall: false) { _, bytes, count in
            let arguments = try list.read(bytes, count)
            return { try MessagePackEncoder.encode(try await body(repeat each arguments)) }
        }
    }

    /// Adds a method that may wait and wants to know who calls.
    public mutating func register<each Argument: Decodable & Sendable, Result: Encodable & SendableMetatype>(
        _ name: String, deadline: Duration? = nil,
        _ body: @escaping @concurrent @Sendable (DogeCall, repeat each Argument) async throws -> Result
    ) {
        let list = ArgumentList<repeat each Argument>()
        add(name, deadline, wantsCall: true) { call, bytes, count in
            let call = Self.known(call)
            let arguments = try list.read(bytes, count)
            return { try MessagePackEncoder.encode(try await body(call, repeat each arguments)) }
        }
    }

    /// Adds a method that gets all arguments as they are, however many, and answers with any value.
    public mutating func register(
        _ name: String, raw body: @escaping @Sendable (DogeCall, [MessagePackValue]) throws -> MessagePackValue
    ) {
        add(name, wantsCall: true) { call, bytes, count, writer in
            var reader = MessagePackReader(bytes, maximumDepth: .max)
            var arguments: [MessagePackValue] = []
            for _ in 0..<count { arguments.append(try reader.readValue()) }
            writer.write(try body(Self.known(call), arguments))
        }
    }

    // MARK: Keeping them

    private static func known(_ call: DogeCall?) -> DogeCall {
        guard let call else { preconditionFailure("a method that wants its call gets it") }
        return call
    }

    private mutating func add(_ name: String, wantsCall: Bool, _ body: @escaping DogeMethod.Inline) {
        add(DogeMethod(name: name, patience: nil, wantsCall: wantsCall, body: .inline(body)))
    }

    private mutating func add(
        _ name: String, _ deadline: Duration?, wantsCall: Bool, _ body: @escaping DogeMethod.Prepare
    ) {
        let patience = deadline.map {
            $0.components.seconds * 1_000 + $0.components.attoseconds / 1_000_000_000_000_000
        }
        add(DogeMethod(name: name, patience: patience, wantsCall: wantsCall, body: .beside(body)))
    }

    private mutating func add(_ method: DogeMethod) {
        precondition(!method.name.hasPrefix("_"), "names that begin with '_' cannot be called: \(method.name)")
        methods[method.name] = method
    }
}
