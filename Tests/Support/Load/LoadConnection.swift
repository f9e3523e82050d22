import Glibc

/// One connection of a load, and the request that is under way on it.
final class LoadConnection {
    struct Request {
        let target: LoadPlan.Target
        let begun: Double
        var isRetry = false
    }

    enum Step {
        /// There is nothing to do before the socket has something.
        case waits
        /// The reply is complete, and the connection at an end if it was to end.
        case answered
        /// The request has failed, the connection with it.
        case failed(LoadFailure.Reason)
        /// The peer has ended a connection that nothing was asked on.
        case ended
    }

    private enum Stage { case sending, receiving, ending, idle }

    let socket: Int32
    let clientPort: UInt16
    let closes: Bool
    private(set) var request: Request?
    private(set) var answers = 0
    private var stage = Stage.sending
    private var output: [UInt8]
    private var written = 0
    private var input: [UInt8] = []

    /// Begins to connect, without waiting for it.
    ///
    /// - Throws: The reason why there is no connection.
    init(port: UInt16, _ request: Request, closes: Bool) throws(LoadFailure.Reason) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(AF_INET, type, 0)
        guard socket >= 0 else { throw .local(call: "socket", errno: errno) }
        // Closed at once and for good: tens of thousands of ports that wait a minute would be the next test's trouble.
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        if let code = LoadConnection.connect(socket, to: port) {
            close(socket)
            throw code == ECONNREFUSED ? .refused : .local(call: "connect", errno: code)
        }
        self.socket = socket
        clientPort = LoadConnection.port(of: socket)
        self.closes = closes
        self.request = request
        output = request.target.request(closing: closes)
    }

    /// Closes it.
    func end() { close(socket) }

    /// What poll(2) is to wait for.
    var interest: Int16 { Int16(stage == .sending ? POLLOUT : POLLIN) }

    /// Whether a request is under way.
    var isBusy: Bool { request != nil }

    /// Sends another request on a connection that has been waiting for one.
    func send(_ request: Request) -> Step {
        self.request = request
        output = request.target.request(closing: closes)
        written = 0
        stage = .sending
        return advance()
    }

    /// Does what can be done without waiting.
    func advance() -> Step {
        if stage == .sending, let step = write() { return step }
        var block = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(socket, &block, block.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return .waits }
            if count < 0, errno != ECONNRESET, errno != EPIPE { return failure(of: "recv", errno) }
            if count <= 0 { return atEnd(isReset: count < 0) }
            input += block[..<count]
            if let step = read() { return step }
        }
    }

    /// What it failed of, when no more time is left.
    var lateness: LoadFailure.Reason {
        switch stage {
        case .sending: .noConnection
        case .receiving, .idle: .noReply
        case .ending: .noEndAfterReply
        }
    }

    /// Whether `reason` allows a client to send the request once more.
    func mayRetry(_ reason: LoadFailure.Reason) -> Bool {
        guard answers > 0, input.isEmpty, request?.isRetry == false else { return false }
        return reason == .resetBeforeRequest || reason == .resetBeforeReply || reason == .endedBeforeReply
    }

    private func write() -> Step? {
        while written < output.count {
            let count = output.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + written, $0.count - written, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return .waits }
            if count < 0 { return failure(of: "send", errno) }
            written += count
        }
        stage = .receiving
        return nil
    }

    private func failure(of call: String, _ code: Int32) -> Step {
        switch code {
        case ECONNREFUSED: .failed(.refused)
        case ETIMEDOUT: .failed(.noConnection)
        case ECONNRESET, EPIPE: .failed(.resetBeforeRequest)
        default: .failed(.local(call: call, errno: code))
        }
    }

    private func atEnd(isReset: Bool) -> Step {
        switch stage {
        case .idle: .ended
        case .ending: isReset ? .failed(.resetAfterReply) : answer()
        case .sending: .failed(.resetBeforeRequest)
        case .receiving where input.isEmpty: .failed(isReset ? .resetBeforeReply : .endedBeforeReply)
        case .receiving: .failed(isReset ? .resetInReply : .endedInReply)
        }
    }

    /// Looks at what has come; nil while the reply is not complete, or its connection still has to end.
    private func read() -> Step? {
        guard stage == .receiving else { return .failed(.wrongReply("\(input.count) bytes more than were asked for")) }
        guard let reply = HTTPReply(String(decoding: input, as: UTF8.self)) else { return nil }
        guard reply.status == 200, Array(reply.body.utf8) == request?.target.body else {
            return .failed(.wrongReply("status \(reply.status) '\(reply.body.prefix(60))'"))
        }
        guard closes || reply.header("Connection") == "close" else { return answer() }
        stage = .ending
        return nil
    }

    private func answer() -> Step {
        answers += 1
        input = []
        if stage == .receiving { stage = .idle }
        return .answered
    }

    /// Whether it can carry another request.
    var isIdle: Bool { stage == .idle }

    /// The request, which is not under way any more.
    func takeRequest() -> Request? {
        defer { request = nil }
        return request
    }

    private static func connect(_ socket: Int32, to port: UInt16) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result == 0 || errno == EINPROGRESS ? nil : errno
    }

    private static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &size) }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
