import DogeConfiguration
import EtcdTesting
import Glibc

/// A gateway that answers as it was told, one connection after the other.
final class ScriptedGateway: Sendable {
    enum Answer: Sendable {
        case reply(Int, String)
        /// Accepts the question and says nothing.
        case silence
        /// Closes the connection instead of answering.
        case hangUp
    }

    let address: HostPort
    private let listener: Int32

    /// Answers questions to a path as `script` says.
    init(_ script: @escaping @Sendable (_ path: String) -> Answer) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard let port = bound(listener) else { preconditionFailure("the loopback has no free port") }
        address = HostPort(host: "127.0.0.1", port: port)
        listen(listener, 16)
        self.listener = listener
        Self.onThread { Self.serve(listener, script) }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func serve(_ listener: Int32, _ script: (String) -> Answer) {
        var silent: [Int32] = []
        while case let connection = accept(listener, nil, nil), connection >= 0 {
            switch script(question(connection)) {
            case .reply(let status, let text):
                let head =
                    "HTTP/1.1 \(status) Scripted\r\ncontent-length: \(text.utf8.count)\r\nconnection: close\r\n\r\n"
                let bytes = Array((head + text).utf8)
                send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                close(connection)
            case .silence: silent.append(connection)
            case .hangUp: close(connection)
            }
        }
        for connection in silent { close(connection) }
        close(listener)
    }

    /// Reads a request whose body says its length, and returns its path.
    private static func question(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(connection, &chunk, chunk.count, 0), count > 0 {
            bytes += chunk[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let lines = text[..<end.lowerBound].split(separator: "\r\n")
            let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: " ").last ?? "") }
            if text[end.upperBound...].utf8.count >= length ?? 0 {
                return lines.first.map { String($0.split(separator: " ")[1]) } ?? ""
            }
        }
        return ""
    }

    private static func onThread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                pointer.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        pthread_detach(thread)
    }
}
