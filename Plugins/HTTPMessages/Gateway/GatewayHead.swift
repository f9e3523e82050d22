import DroverBytes
import DroverCore
import DroverSystem

/// Makes a request's head of a gateway's variables, under the rules that hold for a head that a client sends.
///
/// `HTTP_ACCEPT_ENCODING` is the field `Accept-Encoding`: its name is rewritten where it stands, and its value stays.
/// Method and target are put behind the variables, side by side as in a request line.
struct GatewayHead {
    private(set) var head: RequestHead
    /// The bytes that the head's places point into.
    private(set) var bytes: [UInt8]
    private var variables = GatewayVariables()
    /// Whether a field says that there is a body.
    private var mentionsBody = false
    /// Values of fields that came once more.
    private var superseded: [ByteSlice] = []
    private let blockCount: Int

    /// The variables at the places in `head.fields`, which point into `block`.
    ///
    /// - Parameters:
    ///   - head: A new head, with the variables in the place of fields.
    ///   - block: The variables' bytes.
    ///   - memory: Bytes to use again.
    init(_ head: consuming RequestHead, _ block: RawSpan, memory: consuming [UInt8]) {
        self.head = head
        bytes = memory
        blockCount = block.byteCount
        bytes.removeAll(keepingCapacity: true)
        bytes.append(bytes: block)
    }

    /// Makes the head, and says where the request came from; `trusted` are the addresses of the operator's proxies.
    mutating func make(_ limits: HeadLimits, _ trusted: AddressRanges) throws(GatewayRejection) -> RequestOrigin {
        try sortVariables()
        try makeRequestLine(limits)
        let held = bytes
        head.version = try variables.httpVersion(held.span.bytes)
        try checkBody(limits)
        // The reply ends with its connection, and is never in chunks.
        head.meaning.facts.insert(.relayed)
        head.meaning.facts.insert(.closes)
        let span = held.span.bytes
        if head.facts.contains(.host), !HostRules.isHost(head.meaning.host, span) { throw .head(.host) }
        return try variables.origin(head, trusted, span)
    }

    // MARK: Fields

    /// Leaves only header fields in the table.
    private mutating func sortVariables() throws(GatewayRejection) {
        var kept = 0
        for position in 0..<head.fields.count {
            var variable = head.fields.slots[position]
            guard try isField(&variable) else { continue }
            head.fields.slots[kept] = variable
            kept += 1
        }
        head.fields.count = kept
        if !superseded.isEmpty { head.fields.keep { !superseded.contains($0.value) } }
    }

    private mutating func isField(_ variable: inout FieldSlice) throws(GatewayRejection) -> Bool {
        let range = variable.name.range
        var start = range.lowerBound
        if range.count >= 5, GatewayVariables.spells(bytes.span.bytes.extracting(start..<start + 5), "HTTP_") {
            start += 5
            if range.count == 5 { throw .head(.fieldName) }
        } else {
            let earlier = variables.contentType
            let length = variables.contentLength
            let isField = take(variable)
            if let length, let newer = variables.contentLength, length != newer {
                // Two lengths are two ideas of where the request ends, which is how requests are smuggled.
                let held = bytes
                let span = held.span.bytes
                guard FoldedBytes.equal(span.extracting(length.range), span.extracting(newer.range)) else {
                    throw .contradiction("CONTENT_LENGTH")
                }
                superseded.append(length)
            }
            guard isField else { return false }
            if let earlier, variables.contentType != earlier { superseded.append(earlier) }
        }
        variable.name = ByteSlice(from: start, to: range.upperBound)
        try writeName(start..<range.upperBound)
        try checkValue(variable.value)
        return start == range.lowerBound ? true : try note(variable)
    }

    private mutating func take(_ variable: FieldSlice) -> Bool {
        // Held apart, here and below: a span of a property keeps the whole value from being changed.
        let held = bytes
        return variables.take(variable, held.span.bytes)
    }

    /// Writes a name as it is usually written: `ACCEPT_ENCODING` becomes `Accept-Encoding`.
    private mutating func writeName(_ range: Range<Int>) throws(GatewayRejection) {
        var isFirst = true
        for offset in range {
            let byte = bytes[offset]
            guard ByteClass.token.contains(byte) else { throw .head(.fieldName) }
            if byte == 0x5F {
                bytes[offset] = 0x2D
            } else if !isFirst, byte &- 0x41 < 26 {
                bytes[offset] = byte | 0x20
            }
            isFirst = byte == 0x5F
        }
    }

    private func checkValue(_ value: ByteSlice) throws(GatewayRejection) {
        let span = bytes.span.bytes.extracting(value.range)
        var offset = 0
        while true {
            offset = ByteScanning.firstControl(in: span, from: offset)
            guard offset < span.byteCount else { return }
            guard span.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) == 0x09 else {
                throw .head(.fieldValue)
            }
            offset += 1
        }
    }

    /// Takes the meaning of a field, unless a variable of its own has that.
    ///
    /// - Returns: Whether a handler is to see it.
    private mutating func note(_ field: FieldSlice) throws(GatewayRejection) -> Bool {
        let held = bytes
        let span = held.span.bytes
        let name = span.extracting(field.name.range)
        switch name.byteCount {
        case 4 where FoldedBytes.equal(name, "host"):
            // What nginx makes of a client that sent none.
            if field.value.count == 0 { return false }
            let earlier = head.meaning.host
            head.meaning.host = field.value
            guard head.facts.contains(.host) else {
                head.meaning.facts.insert(.host)
                break
            }
            superseded.append(earlier)
            variables.hasOwnHost = true
        case 10 where FoldedBytes.equal(name, "connection"):
            do { try FieldRules.note(field.name, field.value, span, &head.meaning) } catch { throw .head(error) }
        case 14 where FoldedBytes.equal(name, "content-length"):
            let value = span.extracting(field.value.range)
            mentionsBody = mentionsBody || !value.isEmpty && !FoldedBytes.equal(value, "0")
            return false
        case 12 where FoldedBytes.equal(name, "content-type"):
            // CONTENT_TYPE says it too.
            return false
        case 17 where FoldedBytes.equal(name, "transfer-encoding"):
            // The gateway has taken chunks apart, or there would be no CONTENT_LENGTH.
            mentionsBody = mentionsBody || field.value.count > 0
            return false
        case 9, 15, 16, 17:
            if ForwardedField(name) != nil { head.meaning.facts.insert(.forwarded) }
        default: break
        }
        return true
    }

    private mutating func checkBody(_ limits: HeadLimits) throws(GatewayRejection) {
        guard let length = variables.contentLength else {
            // Reading none of the body would look as if the client had sent none.
            if mentionsBody { throw .unknownLength }
            return
        }
        guard length.count > 0 else { return }
        let held = bytes
        do throws(HeadRejection) {
            head.meaning.contentLength = try FieldRules.contentLength(held.span.bytes.extracting(length.range))
            head.meaning.facts.insert(.contentLength)
            if head.hasBody, head.methodCode == .connect || head.methodCode == .trace { throw .bodyForbidden }
            if head.contentLength > limits.body { throw .bodySize }
        } catch {
            throw .head(error)
        }
    }

    // MARK: Method and target

    private mutating func makeRequestLine(_ limits: HeadLimits) throws(GatewayRejection) {
        guard let method = variables.method, method.count > 0 else { throw .missing("REQUEST_METHOD") }
        append(method)
        head.method = ByteSlice(from: blockCount, to: bytes.count)
        bytes.append(0x20)
        let start = bytes.count
        if let uri = variables.uri, uri.count > 0 {
            append(uri)
        } else {
            guard let path = variables.pathInfo else { throw .missing("REQUEST_URI") }
            if let scriptName = variables.scriptName { appendPath(scriptName) }
            appendPath(path)
            if bytes.count == start { bytes.append(0x2F) }
            if let query = variables.query, query.count > 0 {
                bytes.append(0x3F)
                append(query)
            }
        }
        head.target = ByteSlice(from: start, to: bytes.count)
        head.byteCount = bytes.count
        do { try checkRequestLine(limits) } catch { throw .head(error) }
    }

    private mutating func checkRequestLine(_ limits: HeadLimits) throws(HeadRejection) {
        let held = bytes
        let span = held.span.bytes
        let method = head.method.range
        try Self.checkMethod(span.extracting(method))
        head.methodCode = MethodCode(span.extracting(method))
        if bytes.count - blockCount > limits.requestLine { throw .requestLineSize }
        guard ByteScanning.firstOutsideTarget(in: span, from: Int(head.target.start)) == bytes.count else {
            throw .target
        }
        try TargetRules.check(&head, span)
    }

    /// As for a request line: a token of 3 to 20 characters, none of them in lower case.
    private static func checkMethod(_ name: RawSpan) throws(HeadRejection) {
        for offset in name.byteOffsets {
            let byte = name.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            guard ByteClass.token.contains(byte), byte &- 0x61 >= 26, byte != 0x23 else { throw .method }
        }
        if name.byteCount < 3 { throw .method }
        if name.byteCount > HeadParser.longestMethod { throw .unknownMethod }
    }

    private mutating func append(_ slice: ByteSlice) {
        // One by one: a slice of the array would hold on to it, and the first append would copy the whole.
        for offset in slice.range { bytes.append(bytes[offset]) }
    }

    /// Appends a path that the gateway has decoded, encoded again.
    private mutating func appendPath(_ slice: ByteSlice) {
        for offset in slice.range {
            let byte = bytes[offset]
            if ByteClass.path.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(percentEscapeOf: byte)
            }
        }
    }
}
