/// A whole reply as bytes, for those who answer where no request was understood.
package enum PlainReply {
    /// `text` with `status`, after which the connection ends.
    package static func bytes(_ status: HTTPStatus, _ text: String) -> [UInt8] {
        let lines = [
            "HTTP/1.1 \(status)", "Content-Type: \(ContentType.text)", "Content-Length: \(text.utf8.count)",
            "Connection: close",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + text).utf8)
    }
}
