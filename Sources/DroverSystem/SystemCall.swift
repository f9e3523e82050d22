import CDrover

// errno must be read before anything else can run: reference counting may call free(3). So the wrappers below are
// the only places that look at it.

/// The error number of the last call, errno(3), which is a macro to C.
@inline(__always)
var lastErrorNumber: Int32 { c_drover_errno() }

/// Runs `body` until it is not interrupted by a signal, and throws what errno says when it returns -1.
///
/// - Throws: `SystemError` with the call's name.
@discardableResult
package func systemCall(
    _ call: StaticString, subject: @autoclosure () -> String? = nil, _ body: () -> Int32
) throws(SystemError) -> Int32 {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = lastErrorNumber
        if code != EINTR { throw SystemError("\(call)", code, subject: subject()) }
    }
}

/// The outcome of a transfer on a non-blocking descriptor: would-block and end-of-stream are values, not errors.
public enum TransferResult: Equatable, Sendable {
    /// So many bytes went over.
    case bytes(Int)
    /// The peer will send no more; recv(2) returned 0.
    case endOfStream
    /// Nothing can be done now; EAGAIN.
    case wouldBlock
    /// The socket is broken; the error number tells why (ECONNRESET, EPIPE, ETIMEDOUT…).
    case failed(Int32)
}

/// Turns what recv(2) or send(2) returned into a value; retries what a signal interrupted.
@inline(__always)  // once a request on the data path; measured as a call it cost more than the switch
func transfer(_ body: () -> Int) -> TransferResult {
    while true {
        let count = body()
        if count > 0 { return .bytes(count) }
        if count == 0 { return .endOfStream }
        let code = lastErrorNumber
        if code == EAGAIN { return .wouldBlock }
        if code != EINTR { return .failed(code) }
    }
}
