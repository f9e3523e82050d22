/// How a response travels: what the request, the status and the connection leave of it.
struct ReplyFraming: Sendable, Equatable {
    /// What the reply says about the connection.
    enum Persistence: Sendable {
        /// Nothing: an HTTP/1.1 connection stays open by itself.
        case implied
        /// `Connection: keep-alive`, for an HTTP/1.0 peer that asked for it.
        case announced
        /// `Connection: close`.
        case ended
        /// `Connection: upgrade`, or nothing for a tunnel: HTTP ends here and the connection does not.
        case leftHTTP
    }

    /// Whether the bytes of the body are sent.
    let sendsBody: Bool
    /// Whether they are few enough to stand beside the head.
    let sendsInline: Bool
    /// What Content-Length says; nil where there must be none.
    let length: Int?
    /// Whether the body travels in chunks.
    let isChunked: Bool
    /// Whether the connection goes on.
    let persistence: Persistence

    /// The framing of `response` as the answer to a request.
    ///
    /// - Parameters:
    ///   - response: What the handler answered.
    ///   - request: The request; nil for one that was not understood.
    ///   - persists: Whether the connection may go on as far as the server is concerned.
    init(_ response: borrowing Response, to request: RequestStorage?, persists: Bool) {
        let isBodyless = response.status.isBodyless
        // RFC 9110 section 15.3.6: 205 has a body, and the body is empty.
        let isReset = response.status == .resetContent
        let length = isReset ? 0 : response.body.length
        let wishes = request?.wishes ?? ReplyWishes(body: true, chunks: false, persistence: false)
        let sendsBody = wishes.body && !isBodyless && !isReset
        self.sendsBody = sendsBody
        sendsInline = sendsBody && response.body.isInMemory && (length ?? 0) <= ResponseEncoder.largestInlineBody
        self.length = isBodyless ? nil : length
        isChunked = sendsBody && length == nil && wishes.chunks
        let endIsKnown = length != nil || isChunked || !sendsBody
        if persists, endIsKnown, wishes.persistence, !Self.asksToClose(response) {
            persistence = wishes.chunks ? .implied : .announced
        } else {
            persistence = .ended
        }
    }

    /// The framing of `response` as the answer to a stream's request, nil for one that was not understood.
    ///
    /// A stream has frames of its own: a head and its body are two things, and the connection is not the reply's business.
    init(_ response: borrowing Response, overStream request: RequestStorage?) {
        let isBodyless = response.status.isBodyless
        let isReset = response.status == .resetContent
        let length = isReset ? 0 : response.body.length
        self.length = isBodyless ? nil : length
        sendsBody = request?.wishes.body ?? true && !isBodyless && !isReset && length != 0
        sendsInline = false
        isChunked = sendsBody && length == nil
        persistence = .implied
    }

    /// The framing of a reply after which the connection is not HTTP's any more.
    init(leavingHTTP: Void) {
        sendsBody = false
        sendsInline = false
        length = nil
        isChunked = false
        persistence = .leftHTTP
    }

    private static func asksToClose(_ response: Response) -> Bool {
        if response.fields.isEmpty { return false }
        return response.fields.contains {
            FoldedBytes.equal($0.name, "connection")
                && $0.value.split(separator: ",").contains { option in
                    FoldedBytes.equal(FoldedBytes.trimmed(option.utf8Span.span.bytes), "close")
                }
        }
    }
}
