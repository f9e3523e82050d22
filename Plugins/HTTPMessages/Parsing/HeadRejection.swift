/// Why a request is not served: the first rule that its head breaks.
public enum HeadRejection: Error, Equatable, Sendable {
    /// The first line is no request line.
    case requestLine
    /// The method is no token of three capital letters or more.
    case method
    /// The method is longer than any that exists.
    case unknownMethod
    /// The target has a control character.
    case target
    /// The target is not of a form that the method takes.
    case targetForm
    /// What should be the version is none.
    case version
    /// A version that is not spoken here.
    case unsupportedVersion
    /// The request line is too long.
    case requestLineSize
    /// A line that ends with LF alone.
    case bareLineFeed
    /// CR that no LF follows.
    case bareCarriageReturn
    /// A field name that is no token, or that a colon does not follow at once.
    case fieldName
    /// A line that begins with a blank, the folding that RFC 9112 section 5.2 forbids.
    case folding
    /// A control character in a field's value.
    case fieldValue
    /// Too many fields.
    case fieldCount
    /// A field that is too long.
    case fieldSize
    /// The head as a whole is too long.
    case headSize
    /// No Host in HTTP/1.1.
    case hostMissing
    /// Host more than once.
    case hostRepeated
    /// Host with something that is no host.
    case host
    /// Content-Type more than once.
    case contentTypeRepeated
    /// Content-Length more than once, were it twice the same.
    case contentLengthRepeated
    /// Content-Length that is not digits alone, or more than can be counted.
    case contentLength
    /// The body is larger than allowed.
    case bodySize
    /// Transfer-Encoding in HTTP/1.0.
    case transferEncodingInHTTP10
    /// Transfer-Encoding beside Content-Length.
    case transferEncodingWithLength
    /// Transfer-Encoding that does not end in one `chunked`.
    case transferEncoding
    /// A transfer coding other than `chunked`.
    case unknownTransferCoding
    /// An expectation other than `100-continue`.
    case expectation
    /// A trailer field that may stand only in the head.
    case trailerName
    /// A body where the method has none: CONNECT and TRACE.
    case bodyForbidden
    /// A field name with an underscore, where they are refused.
    case underscore
    /// Forwarded, from a trusted proxy, breaks its grammar.
    case forwarded
    /// A trusted proxy names a host that is none.
    case forwardedHost
    /// Forwarded and X-Forwarded-*, from a trusted proxy, say different things.
    case forwardedConflict
    /// The first line of an HTTP/2 connection.
    case preface
    /// The first bytes of a TLS handshake; the peer could not read an answer.
    case handshake
}

extension HeadRejection {
    /// What the peer is told.
    public var status: HTTPStatus {
        switch self {
        case .requestLine, .method, .target, .targetForm, .version, .bareLineFeed, .bareCarriageReturn, .fieldName,
            .folding, .fieldValue, .hostMissing, .hostRepeated, .host, .contentTypeRepeated, .contentLengthRepeated,
            .contentLength, .transferEncodingInHTTP10, .transferEncodingWithLength, .transferEncoding, .trailerName,
            .bodyForbidden, .underscore, .forwarded, .forwardedHost, .forwardedConflict, .handshake:
            .badRequest
        case .bodySize: .contentTooLarge
        case .requestLineSize: .uriTooLong
        case .expectation: .expectationFailed
        case .fieldCount, .fieldSize, .headSize: .requestHeaderFieldsTooLarge
        case .unknownMethod, .unknownTransferCoding: .notImplemented
        case .unsupportedVersion, .preface: .httpVersionNotSupported
        }
    }
}

extension HeadRejection: CustomStringConvertible {
    /// The broken rule in a few words, for the peer and the log.
    public var description: String {
        switch self {
        case .requestLine: "malformed request line"
        case .method: "malformed method"
        case .unknownMethod: "unknown method"
        case .target: "malformed request target"
        case .targetForm: "the method does not take a target of this form"
        case .version: "malformed HTTP version"
        case .unsupportedVersion: "HTTP/1.0 and HTTP/1.1 are spoken here"
        case .requestLineSize: "the request line is too long"
        case .bareLineFeed: "a line ends without CR"
        case .bareCarriageReturn: "CR without LF"
        case .fieldName: "malformed header field name"
        case .folding: "a header field is folded"
        case .fieldValue: "control character in a header field"
        case .fieldCount: "too many header fields"
        case .fieldSize: "a header field is too long"
        case .headSize: "the header fields are too long"
        case .hostMissing: "Host is missing"
        case .hostRepeated: "Host is repeated"
        case .host: "malformed Host"
        case .contentTypeRepeated: "Content-Type is repeated"
        case .contentLengthRepeated: "Content-Length is repeated"
        case .contentLength: "malformed Content-Length"
        case .bodySize: "the body is too large"
        case .transferEncodingInHTTP10: "Transfer-Encoding in HTTP/1.0"
        case .transferEncodingWithLength: "Transfer-Encoding beside Content-Length"
        case .transferEncoding: "malformed Transfer-Encoding"
        case .unknownTransferCoding: "unknown transfer coding"
        case .expectation: "unknown expectation"
        case .trailerName: "a trailer field that belongs into the head"
        case .bodyForbidden: "the method has no body"
        case .underscore: "underscore in a header field name"
        case .forwarded: "malformed Forwarded"
        case .forwardedHost: "malformed host in Forwarded or X-Forwarded-Host"
        case .forwardedConflict:
            "Forwarded contradicts X-Forwarded-*: let the proxy remove the one that it does not write"
        case .preface: "HTTP/2 is not spoken here, only HTTP/1.1 and HTTP/1.0"
        case .handshake: "TLS on a plain port"
        }
    }
}
