import Drover
import DroverTesting
import Testing

// This target has no access to the package's internals, as a plugin of anybody's; that it compiles is half of the test.

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

@Suite struct ProtocolTests {
    @Test func importOfDroverBringsTheVocabularyOfAProtocol() async throws {
        #expect(try await Greeter(friends: .loopback).answers(to: "hi") == "hello, 127.0.0.1\n")
        let network = try AddressRange(parsing: "10.0.0.0/8")
        #expect(try await Greeter(friends: AddressRanges([network])).answers(to: "hi") == "who is 127.0.0.1?\n")
        #expect("\(SystemError("open", 2, subject: "x"))" == "open x: No such file or directory")
    }
}
