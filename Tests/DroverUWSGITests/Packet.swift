/// A packet as a client writes it, right or wrong.
enum Packet {
    /// Variables in order; a name may come twice.
    typealias Variables = KeyValuePairs<String, String>

    /// What nginx says of a GET.
    static let get: [(String, String)] = [
        ("QUERY_STRING", "x=1"), ("REQUEST_METHOD", "GET"), ("CONTENT_TYPE", ""), ("CONTENT_LENGTH", ""),
        ("REQUEST_URI", "/path%20x?x=1"), ("PATH_INFO", "/path x"), ("DOCUMENT_ROOT", "/usr/share/nginx/html"),
        ("SERVER_PROTOCOL", "HTTP/1.1"), ("REQUEST_SCHEME", "http"), ("REMOTE_ADDR", "192.0.2.7"),
        ("REMOTE_PORT", "4242"), ("SERVER_PORT", "80"), ("SERVER_NAME", "front.example"),
        ("HTTP_HOST", "shop.example"), ("HTTP_USER_AGENT", "curl/8"), ("HTTP_ACCEPT_ENCODING", "gzip, br"),
    ]

    /// The variables of ``get`` with `changes`; an empty name's value is left out, nil takes a variable away.
    static func changed(_ changes: KeyValuePairs<String, String?>) -> [(String, String)] {
        var variables = get
        for (name, value) in changes {
            variables.removeAll { $0.0 == name }
            if let value { variables.append((name, value)) }
        }
        return variables
    }

    /// The packet with these variables.
    static func bytes(
        _ variables: [(String, String)] = get, modifier1: UInt8 = 0, modifier2: UInt8 = 0, size: Int? = nil
    ) -> [UInt8] {
        let block = variables.flatMap { name, value in string(name) + string(value) }
        return [modifier1] + number(size ?? block.count) + [modifier2] + block
    }

    /// A text behind its length.
    static func string(_ text: String) -> [UInt8] {
        number(text.utf8.count) + Array(text.utf8)
    }

    static func number(_ value: Int) -> [UInt8] {
        [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)]
    }
}
