import DroverCore
import DroverLineRPCMessages

/// The scanner lets through what the coder can read, and nothing else; where it says a message's parts lie, they lie.
enum MessageTarget {
    static func check(_ bytes: [UInt8]) {
        let message = bytes.span.bytes
        var scanner = JSONScanner(maximumDepth: 32)
        do throws(JSONFault) {
            let envelope = try Envelope(message, &scanner)
            try scanner.expectEnd(message)
            precondition(scanner.depth == 0)
            check(envelope, message)
            precondition(isRead(message) != false, "the coder refuses what the scanner lets through")
        } catch {
            if case .tooDeep = error { return }
            // The coder forgives a comma behind the last element; RFC 8259 does not.
            if case .unexpected(let place) = error, bytes[place] | 0x20 == UInt8(ascii: "}") { return }
            // The coder reads UTF-16 and UTF-32 as well, with marks and without.
            if bytes.contains(0) || bytes.starts(with: [0xEF, 0xBB, 0xBF]) || (bytes.first ?? 0) >= 0xFE { return }
            // And of two members with one name it looks into the last alone.
            if bytes.contains(UInt8(ascii: "{")) { return }
            precondition(isRead(message) != true, "the scanner refuses what the coder reads")
        }
    }

    private static func check(_ envelope: Envelope, _ message: RawSpan) {
        let parts = [envelope.params, envelope.id, envelope.result, envelope.error].compactMap { $0 }
        for part in parts {
            var scanner = JSONScanner(at: part.lowerBound, maximumDepth: 32)
            let value = try? scanner.skipValue(message)
            precondition(value == part)
            let bytes = message.extracting(part)
            if let number = JSONCoding.plainInteger(bytes) {
                precondition((try? JSONCoding.decodeAtLength(Int.self, from: bytes)) == number)
            }
            if let text = JSONCoding.plainText(bytes) {
                precondition((try? JSONCoding.decodeAtLength(String.self, from: bytes)) == text)
            }
        }
        if envelope.requestFault(message) == nil {
            precondition(envelope.method != nil && !envelope.isReply)
            let request = try? JSONCoding.decodeAtLength(Request.self, from: message)
            precondition(request?.jsonrpc == "2.0")
            precondition(envelope.method.map { JSONCoding.text($0, in: message) } == request?.method)
        }
    }

    private struct Request: Decodable {
        let jsonrpc: String
        let method: String
    }

    /// Whether the coder can read it; nil if it fails at a number too large for it, which is JSON all the same.
    private static func isRead(_ message: RawSpan) -> Bool? {
        do {
            _ = try JSONCoding.decodeAtLength(Anything.self, from: message)
            return true
        } catch is NumberTooLarge {
            return nil
        } catch {
            return false
        }
    }

    private struct NumberTooLarge: Error {}

    /// Anything that JSON can say.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {
            if let object = try? decoder.container(keyedBy: Key.self) {
                for key in object.allKeys { _ = try object.decode(Anything.self, forKey: key) }
            } else if var array = try? decoder.unkeyedContainer() {
                while !array.isAtEnd { _ = try array.decode(Anything.self) }
            } else {
                let single = try decoder.singleValueContainer()
                if single.decodeNil() || (try? single.decode(Bool.self)) != nil { return }
                if (try? single.decode(String.self)) != nil || (try? single.decode(Double.self)) != nil { return }
                do {
                    _ = try single.decode(String.self)
                } catch DecodingError.typeMismatch {
                    // A number, then, and no Double.
                    throw NumberTooLarge()
                }
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
