import DroverCore
import DroverHTTPMessages
import DroverSystem

/// A request as a line of the access log, in the format that web servers share and gunicorn has as its default:
/// `host - - [time] "request line" status bytes "referer" "user agent"`.
struct AccessLine {
    let peer: SocketAddress
    /// Seconds since 1970.
    let time: Int64
    /// Nil for what was not understood as a request.
    let request: Request?
    let status: HTTPStatus
    /// Bytes of the body; nil when there is none.
    let bodyBytes: Int?

    /// The line, without its newline.
    var text: String {
        let version = request?.version == .http10 ? "1.0" : "1.1"
        let line = request.map { "\($0.method) \($0.target) HTTP/\(version)" } ?? "-"
        let bytes = bodyBytes.map(String.init) ?? "-"
        let referer = request?.header("referer") ?? "-"
        let agent = request?.header("user-agent") ?? "-"
        return
            "\(peer.host) - - [\(HTTPDate.logForm(seconds: time))] \"\(Self.escaped(line))\" \(status.code) \(bytes) "
            + "\"\(Self.escaped(referer))\" \"\(Self.escaped(agent))\""
    }

    /// What a peer sent, such that it can neither end its quotes nor its line.
    static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return text }
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\\(Character(Unicode.Scalar(byte)))"
            case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }
}
