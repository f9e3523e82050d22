import DroverCore
import DroverJSONReading
import DroverLineRPCMessages

/// Reads the arguments of a method from the params of a call.
struct ParameterList<each Param: Decodable & Sendable>: Sendable {
    private let readers: (repeat ParameterReader<each Param>)
    private let names: [String]
    private let count: Int

    /// A list of parameters, with names if they can be given by name.
    init(names: [String]) {
        readers = (repeat ParameterReader<each Param>())
        self.names = names
        var count = 0
        for _ in repeat (each Param).self { count += 1 }
        self.count = count
        precondition(names.isEmpty || names.count == count, "a method has \(count) params and \(names.count) names")
    }

    /// The arguments in `params`, the value of a call's member of that name, or nothing.
    ///
    /// - Throws: `RPCError` with -32602 when they do not fit.
    func read(_ params: RawSpan) throws -> (repeat each Param) {
        var cursor = try ParameterCursor(params, names: names, count: count)
        let values = (repeat try (each readers).read(params, &cursor))
        try cursor.expectEnd()
        return values
    }
}

/// Reads one argument.
struct ParameterReader<Param: Decodable & Sendable>: Sendable {
    /// What stands for an argument that is not there: nil, for an optional one.
    private let absent: Param?

    init() {
        let optional = Param.self as? any ExpressibleByNilLiteral.Type
        absent = optional.flatMap { $0.init(nilLiteral: ()) as? Param }
    }

    func read(_ params: RawSpan, _ cursor: inout ParameterCursor) throws -> Param {
        guard let place = try cursor.next(params) else {
            if let absent { return absent }
            throw RPCError.invalidParams("\(cursor.name) is missing")
        }
        do {
            return try JSONCoding.decode(Param.self, from: params.extracting(place))
        } catch let error as DecodingError {
            throw RPCError.invalidParams("\(cursor.name)\(error.place) \(error.complaint)")
        }
    }
}
