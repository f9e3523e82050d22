import DroverTestSupport
import Testing

/// Several protocols on one listener: who names one in the handshake (ALPN) gets that, and everybody else the first.
@Suite struct SecureNegotiationTests {
    /// A client that offers names and finds out who is there: it prints what was agreed on and what speaks.
    private func visit(_ server: SpawnedServer, _ offers: [String]) throws -> String {
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            if sys.argv[3:]:
                context.set_alpn_protocols(sys.argv[3:])
            try:
                with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10),
                                         server_hostname="localhost") as client:
                    # The same bytes mean something to each of them, or nothing.
                    for _ in range(2):
                        client.sendall(b'{"jsonrpc":"2.0","id":7,"method":"wait","params":[1,"rpc"]}\\n'
                                       if client.selected_alpn_protocol() == "line-rpc" else
                                       b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
                        reply = client.recv(65536)
                    known = [(b"Hello, World!", "http"), (b"GET / HTTP/1.1", "echo"), (b'"result":"rpc"', "line-rpc")]
                    print(client.selected_alpn_protocol(), *(name for sign, name in known if sign in reply))
            except ssl.SSLError as error:
                print(error)
            """
        return try Command.run(
            ["python3", "-c", script, "\(server.port)", Certificates.path("ca.pem")] + offers
        ).output
    }

    @Test(arguments: ["tls", "auto"], StockClass.keepingAlive)
    func clientsChooseByName(_ transport: String, _ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            listener: ["transport": transport, "app": "hello", "alternatives": "[echo, \"line-rpc:lab-methods\"]"],
            flags: workerClass.flags)
        #expect(server.lines("event=listening")[0].contains("protocol=http,echo,line-rpc:lab-methods "))
        #expect(try visit(server, []) == "None http\n")
        #expect(try visit(server, ["http/1.1"]) == "http/1.1 http\n")
        #expect(try visit(server, ["echo"]) == "echo echo\n")
        #expect(try visit(server, ["line-rpc"]) == "line-rpc line-rpc\n")
        #expect(try visit(server, ["h2", "echo"]) == "echo echo\n")
        #expect(try visit(server, ["line-rpc", "http/1.1"]) == "http/1.1 http\n", "the listener's order counts")
        #expect(try visit(server, ["h2"]).contains("alert no application protocol"))
        if transport == "auto" {
            #expect(try Curl.run(["http://localhost:\(server.port)/"]).output == "Hello, World!")
        }
        server.expectUnharmed()
    }

    /// The one that is chosen need not rest and be served as the listener's own is, nor the other way round.
    @Test(arguments: StockClass.keepingAlive)
    func theFirstIsForThoseWhoNameNone(_ workerClass: StockClass) throws {
        let server = try SpawnedServer.secure(
            listener: ["protocol": "echo", "app": "", "alternatives": "[\"http:hello\"]"], flags: workerClass.flags)
        #expect(try visit(server, []) == "None echo\n")
        #expect(try visit(server, ["echo"]) == "echo echo\n")
        #expect(try visit(server, ["http/1.1"]) == "http/1.1 http\n")
        let reply = try server.curl(["-w", "[%{http_code}]"])
        #expect(reply.output == "Hello, World![200]", "curl offers http/1.1 by itself")
        server.expectUnharmed()
    }

    /// A reload changes what is on offer.
    @Test func alternativesChangeWithAReload() throws {
        let server = try SpawnedServer.secure(listener: ["app": "hello"])
        #expect(try visit(server, ["echo"]).contains("alert no application protocol"))
        server.directory.write(
            "drover.yaml", SpawnedServer.secureConfiguration(listener: ["app": "hello", "alternatives": "echo"]))
        server.signal(1)
        try server.waitForLines("event=reloaded")
        #expect(try visit(server, ["echo"]) == "echo echo\n")
        #expect(server.stop() == 0)
    }
}
