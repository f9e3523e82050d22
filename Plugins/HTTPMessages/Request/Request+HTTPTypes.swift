public import HTTPTypes

extension Request {
    /// The request's head in the form that Swift's HTTP libraries exchange.
    ///
    /// Fields whose value it cannot hold are left out; Host becomes the authority.
    public var httpRequest: HTTPRequest {
        var fields = HTTPFields()
        for field in headers {
            guard let name = HTTPField.Name(field.name), !FoldedBytes.equal(field.name, "host") else { continue }
            guard HTTPField.isValidValue(field.value) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
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
