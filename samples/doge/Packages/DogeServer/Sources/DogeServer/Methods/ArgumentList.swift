/// Reads the arguments of a method.
struct ArgumentList<each Argument: Decodable & Sendable>: Sendable {
    private let readers: (repeat ArgumentReader<each Argument>)
    private let count: Int

    init() {
        readers = (repeat ArgumentReader<each Argument>())
        var count = 0
        for _ in repeat (each Argument).self { count += 1 }
        self.count = count
    }

    /// The arguments in `bytes`, where `given` values stand one behind the other.
    ///
    /// - Throws: `DogeError` when they do not fit.
    func read(_ bytes: RawSpan, _ given: Int) throws -> (repeat each Argument) {
        if given > count {
            throw DogeError("the method takes \(count) arguments, and \(given) were given")
        }
        var offset = 0
        var index = 0
        return (repeat try (each readers).read(bytes, &offset, &index, given))
    }
}

/// Reads one argument.
struct ArgumentReader<Argument: Decodable & Sendable>: Sendable {
    /// What stands for an argument that is not there: nil, for an optional one.
    private let absent: Argument?

    init() {
        let optional = Argument.self as? any ExpressibleByNilLiteral.Type
        absent = optional.flatMap { $0.init(nilLiteral: ()) as? Argument }
    }

    func read(_ bytes: RawSpan, _ offset: inout Int, _ index: inout Int, _ given: Int) throws -> Argument {
        index += 1
        guard index <= given else {
            if let absent { return absent }
            throw DogeError("argument \(index) is missing")
        }
        var reader = MessagePackReader(bytes, from: offset, maximumDepth: .max)
        do {
            let value = try MessagePackDecoder.decode(Argument.self, from: &reader)
            offset = reader.offset
            return value
        } catch let fault as MessagePackFault {
            throw DogeError("argument \(index): \(fault.reason)")
        } catch let error as DecodingError {
            throw DogeError("argument \(index)\(error.place): \(error.reason)")
        }
    }
}

extension MessagePackFault {
    /// The fault without the place, which means nothing to the author of the argument.
    fileprivate var reason: String {
        switch self {
        case .unexpected(let found, let wanted, _): "\(found) instead of \(wanted)"
        case .outOfRange(let wanted, _): "the number does not fit \(wanted)"
        case .invalidText: "the text is not UTF-8"
        default: "\(self)"
        }
    }
}

extension DecodingError {
    private var context: Context? {
        switch self {
        case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }

    fileprivate var place: String {
        (context?.codingPath ?? []).map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }

    fileprivate var reason: String {
        if let fault = context?.underlyingError as? MessagePackFault { return fault.reason }
        return context?.debugDescription ?? "the value does not fit"
    }
}
