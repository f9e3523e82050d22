import DroverBytes

extension Request {
    /// The value of the first header field called `name`, whatever its case; nil if the peer did not send it.
    ///
    /// It is UTF-8, or where its octets are none ISO 8859-1, a character an octet; ``headerBytes(_:)`` gives the octets.
    public func header(_ name: String) -> String? {
        withHeaderBytes(name) { String(octets: $0) }
    }

    /// The octets of the first header field called `name`, whatever its case; nil if the peer did not send it.
    public func headerBytes(_ name: String) -> [UInt8]? {
        withHeaderBytes(name) { [UInt8](copying: $0) }
    }

    /// Calls `body` with the octets of the first header field called `name`; nil if the peer did not send it.
    func withHeaderBytes<R>(_ name: String, _ body: (RawSpan) -> R) -> R? {
        let head = storage.bytes
        let bytes = head.span.bytes
        for field in storage.head.fields where Int(field.name.count) == name.utf8.count {
            if FoldedBytes.equal(bytes.extracting(field.name.range), name) {
                return body(bytes.extracting(field.value.range))
            }
        }
        return nil
    }

    /// All values of the header field `name`, in the order they came, as by ``header(_:)``.
    public func headerValues(_ name: String) -> [String] {
        let head = storage.bytes
        let bytes = head.span.bytes
        var values: [String] = []
        for field in storage.head.fields where Int(field.name.count) == name.utf8.count {
            if FoldedBytes.equal(bytes.extracting(field.name.range), name) {
                values.append(String(octets: bytes.extracting(field.value.range)))
            }
        }
        return values
    }

    /// All header fields, in the order and spelling they came.
    public var headers: HeaderFields {
        let head = storage.bytes
        let bytes = head.span.bytes
        return HeaderFields(
            storage.head.fields.map { field in
                HeaderField(
                    String(decoding: bytes.extracting(field.name.range)), octets: bytes.extracting(field.value.range))
            })
    }

    /// The fields that followed a chunked body; empty before the body has been read to its end.
    public var trailers: HeaderFields {
        storage.access.trailers
    }
}
