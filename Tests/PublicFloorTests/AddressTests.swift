import Drover
import Testing

/// Addresses as a client's settings have them.
@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:80", SocketAddress.ipv4(0x7F00_0001, port: 80)),
        ("[::1]:80", .ipv6(high: 0, low: 1, port: 80, scope: 0)),
        ("unix:/run/x.sock", .unix("/run/x.sock")), ("unix:@x", .abstract("x")),
        ("127.0.0.1", .ipv4(0x7F00_0001, port: 8000)),
    ])
    func textMeansAnAddress(_ text: String, _ address: SocketAddress) throws {
        #expect(try SocketAddress.lookUp(text) == [address])
    }

    @Test(arguments: [
        ("fd://3", "a client needs HOST:PORT or unix:PATH"),
        ("127.0.0.1:web", "the port must be a number from 0 to 65535, not 'web'"),
    ])
    func anyOtherTextSaysWhatToWrite(_ text: String, _ reason: String) {
        let error = #expect(throws: (any Error).self) { try SocketAddress.lookUp(text) }
        #expect(error.map { "\($0)" } == reason)
    }
}
