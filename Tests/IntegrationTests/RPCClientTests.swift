import DroverLineRPCClient
import DroverTestSupport
import Testing

/// The client against servers that are not ours, written down line by line.
@Suite struct RPCClientTests {
    /// A server that answers each line with the next of `replies`, and then says nothing more.
    private func server(_ replies: [String]) throws -> (port: UInt16, ended: Worker<Bool>) {
        let listener = try TCPListener()
        return (
            listener.port,
            Worker {
                guard let client = try? TCPClient(accepting: listener) else { return false }
                for reply in replies {
                    guard let asked = try? client.receive(), !asked.isEmpty else { return false }
                    try? client.send(reply + "\n")
                }
                return client.isEnded()
            }
        )
    }

    private func failure(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func repliesThatAreNone() {
        onOwnThread {
            let (port, ended) = try server([
                #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":2,"error":null}"#,
                #"{"id":3,"result":42,"error":null}"#, #"{"id":4,"result":null,"error":{"code":7,"message":"no"}}"#,
                #"{"jsonrpc":"2.0","id":5,"error":{"message":"no code"}}"#, "17\n{}\n[]\n" + #"{"id":6,"result":1}"#,
            ])
            let client = try await RPCClient(connectingTo: "127.0.0.1:\(port)", timeout: .seconds(60))
            let none = RPCClientError.malformed(reason: "neither result nor error")
            #expect(await failure { _ = try await client.call("a", returning: Int.self) } as? RPCClientError == none)
            #expect(await failure { _ = try await client.call("b", returning: Int.self) } as? RPCClientError == none)
            #expect(try await client.call("c") == 42)
            #expect(
                await failure { _ = try await client.call("d", returning: Int.self) } as? RPCError == RPCError(7, "no"))
            #expect(
                await failure { _ = try await client.call("e", returning: Int.self) } as? RPCClientError
                    == .malformed(reason: "an error without a code"))
            #expect(try await client.call("f") == 1, "the connection is still there")
            client.close()
            #expect(ended.join())
        }
    }

    @Test func serverOfTheOtherFraming() {
        onOwnThread {
            let server = try SpawnedServer.methods(.async, section: "framing: header")
            let client = try await RPCClient(connectingTo: "127.0.0.1:\(server.port)", timeout: .seconds(60))
            let refusal = await failure { _ = try await client.call("ping", returning: String.self) } as? RPCError
            #expect(refusal?.code == -32600 && refusal?.message.contains("line_rpc.framing") == true)
            server.expectUnharmed()
        }
    }

    @Test func nobodyThere() {
        onOwnThread {
            let port = try TCPListener().port
            let error = await failure { _ = try await RPCClient(connectingTo: "127.0.0.1:\(port)") }
            #expect(error.map { "\($0)" } == "cannot connect to 127.0.0.1:\(port): connect: Connection refused")
        }
    }
}
