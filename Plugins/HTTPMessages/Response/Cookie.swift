/// A cookie as a server sets it, RFC 6265 section 4.1.
public struct Cookie: Hashable, Sendable {
    /// On which requests from other sites a browser sends it.
    public enum SameSite: String, Hashable, Sendable {
        /// On none.
        case strict = "Strict"
        /// When the user follows a link.
        case lax = "Lax"
        /// On all; a browser wants it to be secure then.
        case none = "None"
    }

    /// The name, a token.
    public var name: String
    /// The value: visible ASCII without quotes, commas, semicolons and backslashes.
    public var value: String
    /// The path under which it is sent; nil for that of the request.
    public var path: String?
    /// The domain with all its subdomains that it is sent to; nil for the host alone.
    public var domain: String?
    /// After how many seconds it ends; nil with the browser's session, 0 removes it.
    public var maxAge: Int?
    /// Whether it is sent over encrypted connections only.
    public var isSecure: Bool
    /// Whether scripts cannot read it.
    public var isHTTPOnly: Bool
    /// On which requests from other sites it is sent.
    public var sameSite: SameSite?

    /// A cookie that scripts cannot read and other sites' requests do not carry, unless told otherwise.
    public init(
        _ name: String, _ value: String, path: String? = "/", domain: String? = nil, maxAge: Int? = nil,
        isSecure: Bool = false, isHTTPOnly: Bool = true, sameSite: SameSite? = .lax
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.domain = domain
        self.maxAge = maxAge
        self.isSecure = isSecure
        self.isHTTPOnly = isHTTPOnly
        self.sameSite = sameSite
    }

    /// Why a cookie cannot be set.
    public struct Mistake: Error, Equatable, Sendable, CustomStringConvertible {
        /// The mistake in one line.
        public let description: String
    }

    /// The value of Set-Cookie.
    ///
    /// - Throws: `Mistake` if a part has characters that would end it.
    func field() throws(Mistake) -> String {
        guard !name.isEmpty, name.utf8.allSatisfy({ ByteClass.token.contains($0) }) else {
            throw Mistake(description: "the cookie name \(name.debugDescription) is no token")
        }
        guard value.utf8.allSatisfy(Self.isValueByte) else {
            throw Mistake(description: "the value of the cookie '\(name)' has characters that a cookie cannot have")
        }
        var text = "\(name)=\(value)"
        for (attribute, value) in [("Path", path), ("Domain", domain)] {
            guard let value else { continue }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x3B }) else {
                throw Mistake(description: "the \(attribute) of the cookie '\(name)' has characters that end it")
            }
            text += "; \(attribute)=\(value)"
        }
        if let maxAge { text += "; Max-Age=\(maxAge)" }
        if isSecure { text += "; Secure" }
        if isHTTPOnly { text += "; HttpOnly" }
        if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
        return text
    }

    /// RFC 6265's cookie-octet.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x2C && byte != 0x3B && byte != 0x5C
    }
}

extension Response {
    /// Sets a cookie; one of the same name that was set before stays in place.
    ///
    /// - Throws: `Cookie.Mistake` for a name, value, path or domain that cannot be sent.
    public mutating func setCookie(_ cookie: Cookie) throws(Cookie.Mistake) {
        fields.append("Set-Cookie", try cookie.field())
    }
}
