import DroverCore
import DroverSystem

/// Makes lines of records by going through the steps of a format; one thread at a time.
///
/// Unchecked: the date, which is the same for many lines. ``RequestLog`` asks for lines under the log's lock.
final class AccessLines: @unchecked Sendable {
    private let steps: [AccessStep]
    private let form: LineForm
    // The date costs more than the rest of a line, and is the same for a second.
    private var second = Int64.min
    private var date: [UInt8] = []

    init(_ format: AccessFormat) {
        steps = format.steps
        form = format.isObject ? .object : .plain
    }

    func append(_ record: AccessRecord, to line: inout [UInt8]) {
        if form == .object { line.append(0x7B) }
        var isFirst = true
        for step in steps {
            switch step {
            case .text(let text): line.append(contentsOf: text.utf8)
            case .atom(let atom): append(atom, record, to: &line)
            case .member(let name, let atom):
                if !isFirst { line.append(0x2C) }
                line.append(0x22)
                line.append(contentsOf: name.utf8)
                line.append(0x22)
                line.append(0x3A)
                append(atom, record, to: &line)
                isFirst = false
            }
        }
        if form == .object { line.append(0x7D) }
    }

    private func append(_ atom: AccessAtom, _ record: AccessRecord, to line: inout [UInt8]) {
        switch atom {
        case .remote: form.append(record.remote, to: &line)
        case .identity: form.append(nil, to: &line)
        case .user: form.append(octets: record.user, to: &line)
        case .time: appendTime(record.seconds, to: &line)
        case .requestLine: form.append(octets: record.requestLine, to: &line)
        case .method: form.append(record.request?.method.description, to: &line)
        case .path: appendPath(record.request, to: &line)
        case .query: appendQuery(record.request, to: &line)
        case .version: form.append(record.version, to: &line)
        case .status: form.append(record.response.status.code, to: &line)
        case .bytes: form.append(record.bodyBytes ?? 0, to: &line)
        case .bytesOrDash:
            if let count = record.bodyBytes { form.append(count, to: &line) } else { form.append(nil, to: &line) }
        case .referer: appendField("referer", of: record.request, to: &line)
        case .userAgent: appendField("user-agent", of: record.request, to: &line)
        case .seconds: form.append(Int(record.duration / 1_000_000), to: &line)
        case .milliseconds: form.append(Int(record.duration / 1_000), to: &line)
        case .microseconds: form.append(Int(record.duration), to: &line)
        case .decimalSeconds:
            let fraction = String(record.duration % 1_000_000 + 1_000_000).dropFirst()
            line.append(contentsOf: "\(record.duration / 1_000_000).\(fraction)".utf8)
        case .queueMicroseconds: form.append(Int(record.queueTime), to: &line)
        case .process: form.append(Int(record.peer.process), to: &line)
        case .processInBrackets: form.append("<\(record.peer.process)>", to: &line)
        case .requestID: form.append(record.request?.id, to: &line)
        case .requestField(let name): appendField(name, of: record.request, to: &line)
        case .replyField(let name): appendReplyField(name, of: record, to: &line)
        case .security(let fact): form.append(record.peer.facts?.security?.text(fact), to: &line)
        case .constant(let text): form.append(text, to: &line)
        }
    }

    private func appendPath(_ request: Request?, to line: inout [UInt8]) {
        guard let request else { return form.append(nil, to: &line) }
        request.withPathBytes { path in
            if path.isEmpty { form.append("/", to: &line) } else { form.append(octets: path, to: &line) }
        }
    }

    private func appendQuery(_ request: Request?, to line: inout [UInt8]) {
        let isThere: Void? = request?.withQueryBytes { form.append(octets: $0, to: &line) }
        if isThere == nil { form.append(nil, whenMissing: "", to: &line) }
    }

    private func appendField(_ name: String, of request: Request?, to line: inout [UInt8]) {
        let isThere: Void? = request?.withHeaderBytes(name) { form.append(octets: $0, to: &line) }
        if isThere == nil { form.append(nil, to: &line) }
    }

    private func appendReplyField(_ name: String, of record: AccessRecord, to line: inout [UInt8]) {
        let response = record.response
        if name == "content-type", let type = response.contentType { return form.append(type.description, to: &line) }
        if name == "content-length" { return form.append(record.framing.length.map(String.init), to: &line) }
        guard let field = response.fields.first(where: { FoldedBytes.equal($0.name, name) }) else {
            return form.append(nil, to: &line)
        }
        field.withBytes { form.append(octets: $0, to: &line) }
    }

    private func appendTime(_ now: Int64, to line: inout [UInt8]) {
        if now != second {
            second = now
            let text = form == .object ? "\"\(HTTPDate.isoForm(seconds: now))\"" : "[\(HTTPDate.logForm(seconds: now))]"
            date = Array(text.utf8)
        }
        line += date
    }
}

extension AccessRecord {
    fileprivate var remote: String { (request?.client ?? peer.address).host }

    fileprivate var version: String? {
        request.map { $0.version == .http10 ? "HTTP/1.0" : "HTTP/1.1" }
    }

    fileprivate var requestLine: [UInt8]? {
        guard let request, let version else { return nil }
        return request.storage.bytes[request.storage.label] + Array(" \(version)".utf8)
    }

    fileprivate var user: [UInt8]? {
        request?.header("authorization").flatMap(BasicCredentials.user)
    }
}
