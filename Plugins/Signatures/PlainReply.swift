/// A whole reply as bytes, for those who answer where no request was understood.
enum PlainReply {
    /// `text` with `status`, after which the connection ends.
    static func bytes(_ status: String, _ text: String) -> [UInt8] {
        let lines = [
            "HTTP/1.1 \(status)", "Content-Type: text/plain; charset=utf-8", "Content-Length: \(text.utf8.count)",
            "Connection: close",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + text).utf8)
    }
}
