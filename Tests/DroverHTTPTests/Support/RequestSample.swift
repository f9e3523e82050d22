@testable import DroverHTTPMessages

extension Request {
    /// The request whose head is `text`.
    static func sample(_ text: String) throws -> Request {
        try sample(bytes: Array(text.utf8))
    }

    /// The request whose head is `bytes`.
    static func sample(bytes: [UInt8]) throws -> Request {
        let storage = RequestStorage()
        var parser = HeadParser()
        guard try storage.parse(bytes.span.bytes, &parser, HeadLimits()) else { throw RequestBodyError.incomplete }
        return Request(storage)
    }
}

extension ResponseEncoder {
    /// The bytes of `response` as text, sent at `now`.
    func text(
        _ response: Response, to request: Request? = nil, persists: Bool = true, now: Int64 = 784_111_777
    ) -> String {
        let framing = ReplyFraming(response, to: request?.storage, persists: persists)
        var bytes = [UInt8](capacity: Self.bound(response, framing)) { elements in
            for _ in 0..<elements.capacity { elements.append(0) }
        }
        let capacity = bytes.count
        var used = 0
        bytes.withUnsafeMutableBytes { buffer in
            var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
            append(response, framing: framing, now: now, to: &output)
            used = output.finalize(for: buffer)
        }
        precondition(used <= capacity)
        return String(decoding: bytes[..<used], as: UTF8.self)
    }
}
