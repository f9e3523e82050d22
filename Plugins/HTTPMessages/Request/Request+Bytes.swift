import DroverCore

// For handlers that answer from the bytes as they came, and make no text of them.
extension Request {
    /// The method in one byte.
    var methodCode: MethodCode { storage.head.methodCode }

    /// Calls `body` with the target's path as it was sent: not decoded, and empty where the target has none.
    ///
    /// - Throws: What `body` throws.
    public func withPathBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let head = storage.bytes
        return try body(head.span.bytes.extracting(targetParts.path))
    }

    /// Calls `body` with what follows the first `?` of the target, as it was sent; nil if there is no `?`.
    func withQueryBytes<R>(_ body: (RawSpan) -> R) -> R? {
        guard let query = targetParts.query else { return nil }
        let head = storage.bytes
        return body(head.span.bytes.extracting(query))
    }

    /// Calls `body` with the name and the value of each header field, in the order they came.
    ///
    /// Names are in the case they were sent in; ``FoldedBytes`` compares them.
    public func forEachField(_ body: (RawSpan, RawSpan) -> Void) {
        let head = storage.bytes
        let bytes = head.span.bytes
        for field in storage.head.fields {
            body(bytes.extracting(field.name.range), bytes.extracting(field.value.range))
        }
    }

    /// Seconds since 1970 at which the request began, as of the loop's turn; cheaper than a look at the clock.
    public var wallClock: Int64 { storage.moment }
}
