import DroverCore
import DroverHTTPMessages

extension HTTPProtocol {
    /// What the bytes received so far amount to.
    enum Reception {
        /// Not a whole head.
        case incomplete
        /// A request.
        case request
        /// Something that is not served.
        case rejected(HeadRejection)
    }

    /// Parses what the connection holds.
    ///
    /// - Parameters:
    ///   - connection: Where the bytes are.
    ///   - parser: How far the head has been read.
    ///   - storage: The last request, or the beginning of the next; nil as long as there is neither. It is there when
    ///     this function has found a request.
    /// - Returns: What there is to do.
    @inline(never)  // What it needs on the way would be part of the frame of an idle connection's task.
    func receive(
        _ connection: Connection, _ parser: inout HeadParser, _ storage: inout RequestStorage?
    ) -> Reception {
        guard connection.bufferedCount > 0 else {
            // The peer may be silent for long, and somebody else can use the memory meanwhile.
            if let last = storage.take() { pool.give(consume last) }
            return .incomplete
        }
        let current = takeStorage(connection, &storage)
        do {
            let isComplete = try connection.withBuffered { bytes throws(HeadRejection) in
                guard try current.parse(bytes, &parser, limits) else { return false }
                connection.beginRequest(bytes.extracting(current.label))
                return true
            }
            guard isComplete else { return .incomplete }
        } catch {
            return .rejected(error)
        }
        connection.consume(current.headByteCount)
        if current.hasBody { current.body = ConnectionBody(current, connection, limits, settings.bodyPace) }
        return .request
    }

    /// The storage for the next request: that of a head that is still incomplete, or one that nobody uses.
    private func takeStorage(_ connection: Connection, _ storage: inout RequestStorage?) -> RequestStorage {
        let fresh: RequestStorage
        if let last = storage.take() {
            if !last.isComplete {
                storage = last
                return last
            }
            fresh = pool.renew(consume last)
        } else {
            fresh = pool.take()
        }
        fresh.begin(on: connection)
        storage = fresh
        return fresh
    }
}
