/// A status code, RFC 9110 section 15.
public struct HTTPStatus: Hashable, Sendable {
    /// The three digits.
    public let code: Int

    /// The status with these three digits.
    public init(_ code: Int) {
        self.code = code
    }

    /// Whether a message with this status never has a body: 1xx, 204 and 304.
    var isBodyless: Bool {
        code < 200 || code == 204 || code == 304
    }

    /// Whether a handler may answer with it: three digits, and final.
    var isFinal: Bool {
        code >= 200 && code <= 999
    }
}

// Computed, since a stored constant would cost each use the question whether it has been set up.
extension HTTPStatus {
    /// 101 Switching Protocols.
    public static var switchingProtocols: HTTPStatus { HTTPStatus(101) }
    /// 200 OK.
    public static var ok: HTTPStatus { HTTPStatus(200) }
    /// 201 Created.
    public static var created: HTTPStatus { HTTPStatus(201) }
    /// 202 Accepted.
    public static var accepted: HTTPStatus { HTTPStatus(202) }
    /// 204 No Content.
    public static var noContent: HTTPStatus { HTTPStatus(204) }
    /// 205 Reset Content, which has an empty body.
    public static var resetContent: HTTPStatus { HTTPStatus(205) }
    /// 206 Partial Content.
    public static var partialContent: HTTPStatus { HTTPStatus(206) }
    /// 301 Moved Permanently.
    public static var movedPermanently: HTTPStatus { HTTPStatus(301) }
    /// 302 Found.
    public static var found: HTTPStatus { HTTPStatus(302) }
    /// 303 See Other.
    public static var seeOther: HTTPStatus { HTTPStatus(303) }
    /// 304 Not Modified.
    public static var notModified: HTTPStatus { HTTPStatus(304) }
    /// 307 Temporary Redirect.
    public static var temporaryRedirect: HTTPStatus { HTTPStatus(307) }
    /// 308 Permanent Redirect.
    public static var permanentRedirect: HTTPStatus { HTTPStatus(308) }
    /// 400 Bad Request.
    public static var badRequest: HTTPStatus { HTTPStatus(400) }
    /// 401 Unauthorized.
    public static var unauthorized: HTTPStatus { HTTPStatus(401) }
    /// 403 Forbidden.
    public static var forbidden: HTTPStatus { HTTPStatus(403) }
    /// 404 Not Found.
    public static var notFound: HTTPStatus { HTTPStatus(404) }
    /// 405 Method Not Allowed.
    public static var methodNotAllowed: HTTPStatus { HTTPStatus(405) }
    /// 406 Not Acceptable.
    public static var notAcceptable: HTTPStatus { HTTPStatus(406) }
    /// 408 Request Timeout.
    public static var requestTimeout: HTTPStatus { HTTPStatus(408) }
    /// 409 Conflict.
    public static var conflict: HTTPStatus { HTTPStatus(409) }
    /// 410 Gone.
    public static var gone: HTTPStatus { HTTPStatus(410) }
    /// 412 Precondition Failed.
    public static var preconditionFailed: HTTPStatus { HTTPStatus(412) }
    /// 413 Content Too Large.
    public static var contentTooLarge: HTTPStatus { HTTPStatus(413) }
    /// 414 URI Too Long.
    public static var uriTooLong: HTTPStatus { HTTPStatus(414) }
    /// 415 Unsupported Media Type.
    public static var unsupportedMediaType: HTTPStatus { HTTPStatus(415) }
    /// 416 Range Not Satisfiable.
    public static var rangeNotSatisfiable: HTTPStatus { HTTPStatus(416) }
    /// 417 Expectation Failed.
    public static var expectationFailed: HTTPStatus { HTTPStatus(417) }
    /// 422 Unprocessable Content.
    public static var unprocessableContent: HTTPStatus { HTTPStatus(422) }
    /// 425 Too Early; RFC 8470.
    public static var tooEarly: HTTPStatus { HTTPStatus(425) }
    /// 426 Upgrade Required.
    public static var upgradeRequired: HTTPStatus { HTTPStatus(426) }
    /// 429 Too Many Requests.
    public static var tooManyRequests: HTTPStatus { HTTPStatus(429) }
    /// 431 Request Header Fields Too Large.
    public static var requestHeaderFieldsTooLarge: HTTPStatus { HTTPStatus(431) }
    /// 500 Internal Server Error.
    public static var internalServerError: HTTPStatus { HTTPStatus(500) }
    /// 501 Not Implemented.
    public static var notImplemented: HTTPStatus { HTTPStatus(501) }
    /// 502 Bad Gateway.
    public static var badGateway: HTTPStatus { HTTPStatus(502) }
    /// 503 Service Unavailable.
    public static var serviceUnavailable: HTTPStatus { HTTPStatus(503) }
    /// 504 Gateway Timeout.
    public static var gatewayTimeout: HTTPStatus { HTTPStatus(504) }
    /// 505 HTTP Version Not Supported.
    public static var httpVersionNotSupported: HTTPStatus { HTTPStatus(505) }
}
