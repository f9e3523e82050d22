import DroverBytes

/// Writes responses as bytes, straight to where they are sent from.
struct ResponseEncoder: Sendable {
    let dates: HTTPDateCache

    /// An encoder that takes the date from `dates`.
    init(dates: HTTPDateCache = HTTPDateCache()) {
        self.dates = dates
    }

    /// The largest body that is worth copying beside its head rather than sending by itself.
    static var largestInlineBody: Int { 16_384 }

    /// A number of bytes that the response does not exceed, less a body that is not sent inline.
    static func bound(_ response: Response, _ framing: ReplyFraming) -> Int {
        if let prepared = response.prepared { return bound(prepared) }
        // Status line, Server, Date, Content-Length and Connection, with the longest reason phrase.
        var count = 224
        if let type = response.contentType { count += type.count + 16 }
        for field in response.fields { count += field.lineByteCount }
        if framing.sendsInline { return count + (framing.length ?? 0) }
        return count + transferBound(response.body)
    }

    /// A number of bytes that what the head says about a body without length does not exceed.
    @inline(never)
    private static func transferBound(_ body: ResponseBody) -> Int {
        switch body.content {
        case .stream(let stream): stream.trailerNames.reduce(0) { $0 + $1.utf8.count + 12 }
        case .takeover(let takeover): takeover.token?.utf8.count ?? 0
        default: 0
        }
    }

    /// Appends the head of `response`, which must have no fault, and a body that is sent inline.
    @_lifetime(output: copy output)
    func append(
        _ response: Response, framing: ReplyFraming, now: Int64, to output: inout OutputRawSpan
    ) {
        if let prepared = response.prepared {
            return append(prepared, framing: framing, now: now, to: &output)
        }
        if response.status.code == 200 {
            output.append("HTTP/1.1 200 OK\r\nServer: drover\r\nDate:")
        } else {
            appendStatus(response.status, to: &output)
        }
        dates.date(at: now).append(to: &output)
        if let type = response.contentType {
            output.append("Content-Type: ")
            switch type.spelling {
            case .literal(let text): output.append(text)
            case .text(let text): output.append(utf8: text)
            }
            output.append("\r\n")
        }
        if !response.fields.isEmpty { appendFields(response, to: &output) }
        if let length = framing.length {
            output.append("Content-Length: ")
            Self.appendDecimal(length, to: &output)
        } else {
            appendTransfer(response.body, framing, to: &output)
        }
        switch (framing.persistence, framing.length) {
        case (.implied, nil): output.append("\r\n")
        case (.implied, _): output.append("\r\n\r\n")
        case (.announced, nil): output.append("Connection: keep-alive\r\n\r\n")
        case (.announced, _): output.append("\r\nConnection: keep-alive\r\n\r\n")
        case (.ended, nil): output.append("Connection: close\r\n\r\n")
        case (.ended, _): output.append("\r\nConnection: close\r\n\r\n")
        case (.leftHTTP, _): output.append("\r\n")
        }
        guard framing.sendsInline else { return }
        switch response.body.content {
        case .none: break
        case .string(let text): output.append(utf8: text)
        case .bytes(let bytes): output.append(bytes: bytes.span.bytes)
        case .file(let file):
            guard let prepared = file.prepared else { break }
            let bytes = prepared.bytes
            output.append(bytes: bytes.span.bytes.extracting(prepared.headCount..<bytes.count))
        case .stream, .takeover: break
        }
    }

    /// What the head says about a body that has no length.
    @inline(never)
    @_lifetime(output: copy output)
    private func appendTransfer(_ body: ResponseBody, _ framing: ReplyFraming, to output: inout OutputRawSpan) {
        switch body.content {
        case .stream(let stream) where framing.isChunked:
            output.append("Transfer-Encoding: chunked\r\n")
            for name in stream.trailerNames {
                output.append("Trailer: ")
                output.append(utf8: name)
                output.append("\r\n")
            }
        case .takeover(let takeover):
            guard let token = takeover.token else { return }
            output.append("Connection: upgrade\r\nUpgrade: ")
            output.append(utf8: token)
            output.append("\r\n")
        default: break
        }
    }

    @inline(never)
    @_lifetime(output: copy output)
    private func appendStatus(_ status: HTTPStatus, to output: inout OutputRawSpan) {
        output.append("HTTP/1.1 ")
        Self.appendDecimal(status.code, to: &output)
        // RFC 9112 section 4: the space is there even when no words follow.
        output.append(" ")
        output.append(status.reason)
        output.append("\r\nServer: drover\r\nDate:")
    }

    @inline(never)
    @_lifetime(output: copy output)
    private func appendFields(_ response: Response, to output: inout OutputRawSpan) {
        for field in response.fields {
            if ReservedField.contains(field.name) {
                // RFC 9110 section 15.5.22: this one status has to say what to upgrade to.
                guard response.status == .upgradeRequired, FoldedBytes.equal(field.name, "upgrade") else { continue }
                output.append("Connection: upgrade\r\n")
            }
            output.append(field)
        }
    }

    @_lifetime(output: copy output)
    static func appendDecimal(_ number: Int, to output: inout OutputRawSpan) {
        // Digits come out last first, so they wait in two words: 16 of them count more bytes than any memory has.
        var low: UInt64 = 0
        var high: UInt64 = 0
        var rest = UInt64(number)
        var count = 0
        repeat {
            let digit = rest % 10 + 0x30
            rest /= 10
            high = high << 8 | low >> 56
            low = low << 8 | digit
            count += 1
        } while rest > 0
        for place in 0..<count {
            output.append(
                UInt8(truncatingIfNeeded: place < 8 ? low >> UInt64(place * 8) : high >> UInt64(place * 8 - 64)))
        }
    }
}
