import Testing

@testable import DroverHTTPMessages

@Suite struct ByteScanningTests {
    /// Every byte at every place of spans of many lengths, against the plain definition.
    private func check(
        _ isHit: (UInt8) -> Bool, filler: UInt8, _ find: (RawSpan, Int) -> Int
    ) {
        for count in [1, 7, 15, 16, 17, 31, 33, 48] {
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: filler, count: count)
                    bytes[place] = byte
                    let found = find(bytes.span.bytes, 0)
                    let expected = isHit(byte) ? place : count
                    if found != expected { Issue.record("\(byte) at \(place) of \(count): found at \(found)") }
                }
            }
        }
    }

    @Test func controls() {
        check({ $0 < 0x20 || $0 == 0x7F }, filler: 0x61) { ByteScanning.firstControl(in: $0, from: $1) }
        check({ $0 < 0x20 || $0 == 0x7F }, filler: 0xFF) { ByteScanning.firstControl(in: $0, from: $1) }
    }

    @Test func targets() {
        for filler: UInt8 in [0x2F, 0xC3] {
            check({ $0 < 0x21 || $0 == 0x7F }, filler: filler) { ByteScanning.firstOutsideTarget(in: $0, from: $1) }
        }
    }

    @Test func names() {
        func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
            default: false
            }
        }
        check({ !isName($0) }, filler: 0x2D) { ByteScanning.firstOutsideName(in: $0, from: $1) }
    }

    @Test func startIsRespected() {
        let bytes: [UInt8] = [0x0D] + [UInt8](repeating: 0x61, count: 20) + [0x0D]
        let found = [0, 1].map { ByteScanning.firstControl(in: bytes.span.bytes, from: $0) }
        #expect(found == [0, 21])
    }

    @Test func classes() {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let name = Set("-._~!$&'()*+,;=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(ByteClass.token.contains(byte) == token.contains(byte))
            #expect(ByteClass.registeredName.contains(byte) == name.contains(byte))
            #expect(ByteClass.hexDigit.contains(byte) == Set("0123456789abcdefABCDEF".utf8).contains(byte))
        }
    }
}
