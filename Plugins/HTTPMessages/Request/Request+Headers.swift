import DroverCore

extension Request {
    /// The value of the first header field called `name`, whatever its case; nil if the peer did not send it.
    public func header(_ name: String) -> String? {
        let head = storage.bytes
        let bytes = head.span.bytes
        for field in storage.head.fields where Int(field.name.count) == name.utf8.count {
            if FoldedBytes.equal(bytes.extracting(field.name.range), name) { return storage.text(field.value) }
        }
        return nil
    }

    /// All values of the header field `name`, in the order they came.
    public func headerValues(_ name: String) -> [String] {
        let head = storage.bytes
        let bytes = head.span.bytes
        var values: [String] = []
        for field in storage.head.fields where Int(field.name.count) == name.utf8.count {
            if FoldedBytes.equal(bytes.extracting(field.name.range), name) { values.append(storage.text(field.value)) }
        }
        return values
    }

    /// All header fields, in the order and spelling they came.
    public var headers: HeaderFields {
        HeaderFields(storage.head.fields.map { HeaderField(storage.text($0.name), storage.text($0.value)) })
    }

    /// The fields that followed a chunked body; empty before the body has been read to its end.
    public var trailers: HeaderFields {
        storage.body?.trailers ?? []
    }
}
