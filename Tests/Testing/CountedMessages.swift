import DroverCore

import struct Synchronization.Atomic

/// A protocol of messages that counts how many of them are served in a task.
final class CountedMessages: MessageProtocol {
    private let messages: any MessageProtocol
    private let count = Atomic<Int>(0)

    init(_ messages: any MessageProtocol) {
        self.messages = messages
    }

    var tasks: Int { count.load(ordering: .relaxed) }
    var inputLimit: Int { messages.inputLimit }

    func step(_ connection: Connection) -> Step { messages.step(connection) }

    func notice(_ occasion: Occasion, _ connection: Connection) -> Step { messages.notice(occasion, connection) }

    func serveMessage(_ connection: Connection) async throws -> Next {
        count.add(1, ordering: .relaxed)
        return try await messages.serveMessage(connection)
    }
}
