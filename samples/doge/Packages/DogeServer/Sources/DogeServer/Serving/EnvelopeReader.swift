/// Finds messages in what a client sends, which comes in pieces.
struct EnvelopeReader: Sendable {
    /// What lies at the beginning of the bytes.
    enum Found: Sendable, Equatable {
        /// Nothing, or not the whole of a message.
        case nothing
        /// A message of so many bytes.
        case message(DogeEnvelope, count: Int)
        /// A value of so many bytes that is no message; the next one lies behind it.
        case fault(DogeEnvelopeFault, count: Int)
        /// Bytes behind which nothing can be told apart any more.
        case nonsense(reason: String)
    }

    private let maximumBytes: Int
    private let maximumDepth: Int
    // What is known of a message that has come in part.
    private var framer: MessagePackFramer?

    init(maximumBytes: Int, maximumDepth: Int) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }

    /// Whether a message has come in part.
    var isWithin: Bool { framer != nil }

    /// Looks for a message at the beginning of `bytes`; what it finds is to be taken away from them.
    mutating func next(_ bytes: RawSpan) -> Found {
        if bytes.isEmpty { return .nothing }
        do throws(MessagePackFault) {
            if framer == nil, let found = try whole(bytes) { return found }
            return try framed(bytes)
        } catch {
            return .nonsense(reason: reason(error))
        }
    }

    /// Most messages have come whole: they are read once, without looking for their end before.
    private func whole(_ bytes: RawSpan) throws(MessagePackFault) -> Found? {
        var reader = MessagePackReader(bytes, maximumDepth: maximumDepth)
        do {
            let envelope = try DogeEnvelope(reading: &reader)
            if reader.offset > maximumBytes { throw MessagePackFault.tooLong(limit: maximumBytes) }
            return .message(envelope, count: reader.offset)
        } catch MessagePackFault.truncated {
            return nil
        } catch let fault as MessagePackFault {
            throw fault
        } catch {
            // Where a value ends that is no message, the framer knows.
            return nil
        }
    }

    private mutating func framed(_ bytes: RawSpan) throws(MessagePackFault) -> Found {
        var framer = framer ?? MessagePackFramer(maximumBytes: maximumBytes, maximumDepth: maximumDepth)
        guard let count = try framer.next(bytes) else {
            self.framer = framer
            return .nothing
        }
        self.framer = nil
        do {
            return .message(try DogeEnvelope(bytes.extracting(0..<count), maximumDepth: maximumDepth), count: count)
        } catch let fault as DogeEnvelopeFault {
            return .fault(fault, count: count)
        } catch let fault as MessagePackFault {
            throw fault
        } catch {
            preconditionFailure("an envelope has faults of two kinds, and not \(error)")
        }
    }

    private func reason(_ fault: MessagePackFault) -> String {
        switch fault {
        case .tooLong(let limit): "a message is longer than \(limit) bytes (doge.max_message)"
        case .tooDeep(let limit, _): "arrays and maps lie more than \(limit) deep (doge.max_depth)"
        default: "\(fault)"
        }
    }
}
