import DroverCore
import DroverSystem

/// Makes lines of records by going through the steps of a format; one thread at a time.
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
        case .user: form.append(record.user, to: &line)
        case .time: appendTime(record.connection.wallClock, to: &line)
        case .requestLine: form.append(record.requestLine, to: &line)
        case .method: form.append(record.request?.method.description, to: &line)
        case .path: form.append(record.request?.path, to: &line)
        case .query: form.append(record.request?.query, whenMissing: "", to: &line)
        case .version: form.append(record.version, to: &line)
        case .status: form.append(record.response.status.code, to: &line)
        case .bytes: form.append(record.bodyBytes ?? 0, to: &line)
        case .bytesOrDash:
            if let count = record.bodyBytes { form.append(count, to: &line) } else { form.append(nil, to: &line) }
        case .referer: form.append(record.request?.header("referer"), to: &line)
        case .userAgent: form.append(record.request?.header("user-agent"), to: &line)
        case .seconds: form.append(Int(record.duration / 1_000_000), to: &line)
        case .milliseconds: form.append(Int(record.duration / 1_000), to: &line)
        case .microseconds: form.append(Int(record.duration), to: &line)
        case .decimalSeconds:
            let fraction = String(record.duration % 1_000_000 + 1_000_000).dropFirst()
            line.append(contentsOf: "\(record.duration / 1_000_000).\(fraction)".utf8)
        case .queueMicroseconds: form.append(Int(record.queueTime), to: &line)
        case .process: form.append(Int(record.connection.worker.pid), to: &line)
        case .processInBrackets: form.append("<\(record.connection.worker.pid)>", to: &line)
        case .requestID: form.append(record.request?.id, to: &line)
        case .requestField(let name): form.append(record.request?.header(name), to: &line)
        case .replyField(let name): form.append(record.replyField(name), to: &line)
        case .security(let fact): form.append(record.connection.security?.text(fact), to: &line)
        case .constant(let text): form.append(text, to: &line)
        }
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
    fileprivate var remote: String { (request?.client ?? connection.peer).host }

    fileprivate var version: String? {
        request.map { $0.version == .http10 ? "HTTP/1.0" : "HTTP/1.1" }
    }

    fileprivate var requestLine: String? {
        request.map { "\($0.method) \($0.target) \(version ?? "")" }
    }

    fileprivate var user: String? {
        request?.header("authorization").flatMap(BasicCredentials.user)
    }

    fileprivate func replyField(_ name: String) -> String? {
        switch name {
        case "content-type": response.contentType?.description ?? response.fields[name]
        case "content-length": framing.length.map(String.init)
        default: response.fields[name]
        }
    }
}
