import DroverHTTPMessages
import DroverUWSGI

/// Packets are read the same however they arrive, and what becomes a request obeys the rules of any other.
enum PacketTarget {
    private enum Outcome: Equatable {
        case complete(Range<Int>, [FieldSlice])
        case incomplete
        case refused(PacketRejection)
    }

    static func check(_ bytes: [UInt8]) {
        let whole = decode(bytes, [bytes.count])
        precondition(whole == decode(bytes, Array(0...bytes.count)))
        precondition(whole == decode(bytes, [bytes.count / 2, bytes.count]))
        guard case .complete(let range, let variables) = whole else { return }
        precondition(range.upperBound <= bytes.count)
        for variable in variables {
            precondition(
                variable.name.range.upperBound <= range.count && variable.value.range.upperBound <= range.count)
            precondition(!variable.name.range.isEmpty)
        }
        checkRequest(Array(bytes[range]), variables)
    }

    private static func decode(_ bytes: [UInt8], _ lengths: [Int]) -> Outcome {
        var decoder = PacketDecoder()
        var table = FieldTable()
        var limits = PacketLimits()
        limits.block = 1_000
        limits.variables = 20
        do throws(PacketRejection) {
            for length in lengths {
                let received = bytes.span.bytes.extracting(0..<length)
                if let range = try decoder.decode(received, limits, into: &table) {
                    return .complete(range, Array(table))
                }
            }
            return .incomplete
        } catch {
            return .refused(error)
        }
    }

    /// A request made of variables can be written as the head of one, and is read from that as the same.
    private static func checkRequest(_ block: [UInt8], _ variables: [FieldSlice]) {
        let storage = RequestStorage()
        for variable in variables { storage.withVariables { $0.append(variable) } }
        do { try storage.takeVariables(block.span.bytes, HeadLimits()) } catch { return }
        let request = Request(storage)
        let target = request.target
        var head = "\(request.method) \(target) HTTP/1.1\r\n"
        if request.header("host") == nil { head += "Host: x\r\n" }
        var fields: [String] = []
        for field in request.headers where !Self.isJudged(field.name) {
            head += "\(field.name): \(field.value)\r\n"
            fields.append(field.name)
        }
        head += "\r\n"
        let again = RequestStorage()
        var parser = HeadParser()
        let text = Array(head.utf8)
        var limits = HeadLimits()
        limits.fieldSize = 65_535
        guard (try? again.parse(text.span.bytes, &parser, limits)) == true else {
            preconditionFailure("no head: \(head.debugDescription)")
        }
        let second = Request(again)
        precondition(second.method == request.method && second.target == target && second.path == request.path)
        precondition(second.query == request.query && second.decodedPath == request.decodedPath)
    }

    /// Whether a head has rules of its own for it, or a field with an underscore could not be told from another.
    private static func isJudged(_ name: String) -> Bool {
        [
            "content-length", "content-type", "transfer-encoding", "expect", "forwarded", "x-forwarded-for",
            "x-forwarded-proto", "x-forwarded-host",
        ].contains(name.lowercased())
    }
}
