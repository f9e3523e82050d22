import DroverHTTPMessages

/// What is left of a request when its conditions have been compared with the file, RFC 9110 section 13.2.2.
enum Verdict: Equatable {
    /// The file is sent; parts of it if `mayUseRange` and parts are asked for.
    case send(mayUseRange: Bool)
    /// The client has it already.
    case notModified
    /// The client has something else in mind.
    case failed
}

extension RequestConditions {
    /// Compares a request's conditions with a file, in the order that the RFC gives them.
    ///
    /// A file without a tag has none of those that a client can name, and is there all the same, as `*` asks.
    func verdict(on request: Request, tag: EntityTag?, modified: Int64?, now: Int64) -> Verdict {
        let tag = tag ?? EntityTag(text: "")
        if contains(.ifMatch) {
            if !tag.isIn(request.list("if-match"), weakly: false) { return .failed }
        } else if contains(.ifUnmodifiedSince), let modified, let date = request.date("if-unmodified-since", now: now) {
            if modified > date { return .failed }
        }
        if contains(.ifNoneMatch) {
            if tag.isIn(request.list("if-none-match"), weakly: true) { return .notModified }
        } else if contains(.ifModifiedSince), let modified, let date = request.date("if-modified-since", now: now) {
            if modified <= date { return .notModified }
        }
        // Ranges are for GET alone, section 14.2.
        guard contains(.range), request.method == .get else { return .send(mayUseRange: false) }
        guard contains(.ifRange) else { return .send(mayUseRange: true) }
        let wanted = request.header("if-range") ?? ""
        if wanted.hasPrefix("\"") { return .send(mayUseRange: tag.text == wanted) }
        // A date is as strong as a tag only if it is exactly the file's, and that was not written in the same second.
        guard let modified, let date = request.date("if-range", now: now) else { return .send(mayUseRange: false) }
        return .send(mayUseRange: date == modified && now > modified)
    }
}

extension Request {
    /// All values of a field that has a list.
    fileprivate func list(_ name: String) -> String {
        headerValues(name).joined(separator: ",")
    }

    /// A field that is a date; nil for what is none, which then counts as not there.
    fileprivate func date(_ name: String, now: Int64) -> Int64? {
        let values = headerValues(name)
        guard values.count == 1, let text = values.first else { return nil }
        return HTTPDate.seconds(from: text.utf8Span.span.bytes, now: now)
    }
}
