public import DroverCore

extension RequestStorage {
    /// Lets `body` write the places of a gateway's variables, to be taken by ``takeVariables(_:_:)``.
    public func withVariables<R, E: Error>(_ body: (inout FieldTable) throws(E) -> R) throws(E) -> R {
        // Taken out, as `body` may be anybody's and ask for the head.
        var fields = FieldTable()
        swap(&fields, &head.fields)
        defer { swap(&fields, &head.fields) }
        return try body(&fields)
    }

    /// Makes the head of the variables in `block`.
    ///
    /// - Throws: `GatewayRejection` for the rule that one of them breaks.
    public func takeVariables(_ block: RawSpan, _ limits: HeadLimits) throws(GatewayRejection) {
        // Taken out, so that nothing else holds what is written to.
        var memory: [UInt8] = []
        swap(&memory, &bytes)
        var places = RequestHead()
        swap(&places, &head)
        var gateway = GatewayHead(places, block, memory: memory)
        let origin = try gateway.make(limits, rules.trusted)
        head = gateway.head
        bytes = gateway.bytes
        trust(origin)
    }

    /// Whether it says how many bytes follow the variables, if only that none do.
    public var declaresLength: Bool { head.facts.contains(.contentLength) }
}

extension HTTPExchange {
    /// Lets `body` write the places of a gateway's variables, to be taken by ``takeVariables(_:)``.
    public func withVariables<R, E: Error>(_ body: (inout FieldTable) throws(E) -> R) throws(E) -> R {
        try storage.withVariables(body)
    }

    /// Makes the head of the variables in `block`.
    ///
    /// - Returns: The request.
    /// - Throws: `GatewayRejection` for the rule that one of them breaks.
    public func takeVariables(_ block: RawSpan) throws(GatewayRejection) -> RequestStorage {
        try storage.takeVariables(block, rules.limits)
        return storage
    }

    /// Begins the request on `connection`, whose first `count` bytes have been made its head.
    public func beginRequest(_ connection: Connection, consuming count: Int) {
        let head = storage.bytes
        connection.beginRequest(head.span.bytes.extracting(storage.label))
        connection.consume(count)
    }
}
