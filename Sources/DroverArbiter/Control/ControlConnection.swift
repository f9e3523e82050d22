internal import DroverSystem

/// One client of the control socket, from its connect to the last byte of its answer.
final class ControlConnection {
    /// How far it is; deadlines are monotonic ms.
    enum Stage: Equatable {
        /// It has to say what it wants by the deadline.
        case asking(deadline: Int64)
        /// The arbiter is at it; that takes as long as it takes.
        case waiting
        /// It has to take its answer by the deadline.
        case answering(deadline: Int64)
    }

    /// What a look at its input has brought.
    enum Reading: Equatable {
        case incomplete
        case line([UInt8])
        case tooLong
        case gone
    }

    var stage: Stage
    /// What it wants, once it has said so.
    var request: ControlRequest?
    private let socket: StreamSocket
    private var input: [UInt8] = []
    private var output: ArraySlice<UInt8> = []

    init(_ socket: consuming StreamSocket, deadline: Int64) {
        self.socket = socket
        stage = .asking(deadline: deadline)
    }

    var descriptor: Int32 { socket.descriptor }

    var deadline: Int64? {
        switch stage {
        case .asking(let deadline), .answering(let deadline): deadline
        case .waiting: nil
        }
    }

    /// Reads until the end of a line; a client that ends its direction without one has ended the line too.
    func read() -> Reading {
        switch socket.receive(limit: ControlRequest.longestLine, appendingTo: &input) {
        case .wouldBlock: return .incomplete
        case .failed: return .gone
        case .endOfStream: return input.isEmpty ? .gone : .line(input)
        case .bytes:
            if let end = input.firstIndex(of: 0x0A) { return .line(Array(input[..<end])) }
            return input.count < ControlRequest.longestLine ? .incomplete : .tooLong
        }
    }

    /// Begins to say `bytes`.
    func say(_ bytes: [UInt8], deadline: Int64) {
        output = bytes[...]
        stage = .answering(deadline: deadline)
    }

    /// Sends what fits.
    ///
    /// - Returns: Whether it is over: everything is sent, or the client is gone.
    func write() -> Bool {
        while !output.isEmpty {
            switch socket.send(output.span.bytes) {
            case .bytes(let count): output = output.dropFirst(count)
            case .wouldBlock: return false
            case .endOfStream, .failed: return true
            }
        }
        return true
    }
}
