public import HTTPTypes

extension Request {
    /// The request's head in the form that Swift's HTTP libraries exchange.
    ///
    /// Values keep their octets; fields whose value it cannot hold are left out. Host becomes the authority.
    public var httpRequest: HTTPRequest {
        var fields = HTTPFields()
        for field in headers {
            guard let name = HTTPField.Name(field.name), !FoldedBytes.equal(field.name, "host") else { continue }
            let octets = field.bytes
            guard HTTPField.isValidValue(octets) else { continue }
            fields.append(HTTPField(name: name, value: octets))
        }
        return HTTPRequest(
            method: HTTPRequest.Method(rawValue: method.description) ?? .get,
            scheme: scheme,
            authority: host,
            path: storage.head.form == .absolute ? originForm : target,
            headerFields: fields)
    }

    private var originForm: String {
        guard let query else { return path }
        return "\(path)?\(query)"
    }
}
