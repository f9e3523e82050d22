import DroverTestSupport
import Glibc
import Testing

/// The protocol `line-rpc` and a client that nobody here wrote: Python's aiorpcX.
@Suite struct LineRPCInteropTests {
    @Test(arguments: StockClass.allCases, [false, true])
    func aiorpcx(_ workerClass: StockClass, _ isSecure: Bool) throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let python = "\(root)/.build/aiorpcx/bin/python"
        try #require(access(python, X_OK) == 0, "aiorpcX is missing: run scripts/setup-aiorpcx, as make test does")
        let server =
            isSecure
            ? try SpawnedServer.secure(
                listener: ["protocol": "line-rpc", "app": "lab-methods"], flags: workerClass.flags)
            : try SpawnedServer.methods(workerClass)
        let client = SpawnedServer(
            path: python,
            ["-B", "\(root)/Tests/Interop/line_rpc_client.py", "\(server.port)"]
                + (isSecure ? [Certificates.path("ca.pem")] : []))
        // Whatever goes wrong ends the client.
        eventually(within: 60) { client.output.contains("waiting") || client.waitForExit(within: 0) != nil }
        server.signal(SIGTERM)
        #expect(client.waitForExit(within: 20) == 0, "\(client.output)\(client.log)")
        #expect(
            client.output.split(separator: "\n")
                == ["calls", "errors", "overlapping", "batches", "notifications", "waiting", "drained"])
        #expect(server.waitForExit() == 0)
    }
}
