import Drover
import DroverBytes
import DroverTesting
import Testing

// This target has no access to the package's internals, as a plugin from elsewhere; that it compiles is half of the test.

/// A protocol that keeps what only the system's vocabulary has names for.
private struct Greeter: ServerProtocol {
    let friends: AddressRanges

    func serve(_ connection: Connection) async throws {
        let peer: SocketAddress = connection.peer
        try await connection.withRequest("greet") {
            try await connection.write(friends.contains(peer) ? "hello, \(peer.host)\n" : "who is \(peer.host)?\n")
        }
    }
}

/// Answers short lines in a step, and leaves the others to a task.
private struct Shout: MessageProtocol {
    func step(_ connection: Connection) -> Step {
        while let end = connection.withBuffered({ $0.firstIndex(of: UInt8(ascii: "\n")) }), end <= 5 {
            connection.withOutput(reserving: 2) { $0.append("!\n") }
            connection.consume(end + 1)
        }
        return connection.bufferedCount > 5 ? .task : .rest
    }

    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let line = try await connection.readLine(limit: 10) else { return .end }
        try await connection.write("\(line)!\n")
        return .rest
    }
}

@Suite struct ProtocolTests {
    @Test func exchangeCountsTasksAndKnowsWhyItEnded() async throws {
        let short = try await Shout().exchange([Array("a\nb\n".utf8), Array("c".utf8), Array("\n".utf8)])
        #expect(short.bytes == Array("!\n!\n!\n".utf8) && short.tasks == 0 && short.failure == nil)
        let long = try await Shout().exchange([Array("a\nbcdefgh\nc\n".utf8)])
        #expect(long.bytes == Array("!\nbcdefgh!\n!\n".utf8) && long.tasks == 1 && long.failure == nil)
        let endless = try await Shout().exchange([Array(repeating: 0x61, count: 20)])
        #expect(endless.bytes.isEmpty && endless.tasks == 1 && endless.failure == .messageTooLong(limit: 10))
        #expect(try await Greeter(friends: .loopback).exchange([Array("hi".utf8)]).tasks == 1)
    }

    @Test func importOfDroverBringsTheVocabularyOfAProtocol() async throws {
        #expect(try await Greeter(friends: .loopback).answers(to: "hi") == "hello, 127.0.0.1\n")
        let network = try AddressRange(parsing: "10.0.0.0/8")
        #expect(try await Greeter(friends: AddressRanges([network])).answers(to: "hi") == "who is 127.0.0.1?\n")
        #expect("\(SystemError("open", 2, subject: "x"))" == "open x: No such file or directory")
    }
}
