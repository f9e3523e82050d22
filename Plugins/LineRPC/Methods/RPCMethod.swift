/// A method as the protocol calls it: typed arguments and results are behind its closures.
final class RPCMethod: Sendable {
    /// Runs it at once; it appends its result in JSON to what it is given.
    typealias Inline = @Sendable (RPCCall, RawSpan, inout [UInt8]) throws -> Void
    /// What is left to do when the arguments have been read; returns the result in JSON.
    typealias Work = @Sendable () async throws -> [UInt8]
    /// Reads the arguments.
    typealias Prepare = @Sendable (RPCCall, RawSpan) throws -> Work

    /// Where it runs.
    enum Body: Sendable {
        /// In the connection's step, which waits for it.
        case inline(Inline)
        /// In a task of its own, beside other calls of the connection.
        case beside(Prepare)
    }

    /// Its name.
    let name: String
    /// The name's bytes, in UTF-8.
    let spelling: [UInt8]
    /// How many milliseconds a call may take; nil for as long as `request_timeout` allows.
    let deadline: Int64?
    let body: Body

    init(name: String, deadline: Int64?, body: Body) {
        self.name = name
        spelling = Array(name.utf8)
        self.deadline = deadline
        self.body = body
    }
}
