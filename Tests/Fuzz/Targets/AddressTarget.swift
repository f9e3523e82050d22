import DroverSystem
import Glibc

/// Addresses are read as inet_pton(3) reads them.
enum AddressTarget {
    static func check(_ bytes: [UInt8]) {
        // inet_pton takes a zero for the text's end.
        guard bytes.count < 64, !bytes.contains(0) else { return }
        var text = bytes.map { CChar(bitPattern: $0) } + [0]
        var four = in_addr()
        let isFour = inet_pton(AF_INET, &text, &four) == 1
        let ours = NumericAddress.ipv4(bytes.span.bytes)
        precondition(ours == (isFour ? UInt32(bigEndian: four.s_addr) : nil))
        var six = in6_addr()
        let isSix = inet_pton(AF_INET6, &text, &six) == 1
        let halves = NumericAddress.ipv6(bytes.span.bytes)
        precondition((halves != nil) == isSix)
        guard let halves else { return }
        withUnsafeBytes(of: &six) { theirs in
            precondition(halves.high == UInt64(bigEndian: theirs.load(as: UInt64.self)))
            precondition(halves.low == UInt64(bigEndian: theirs.load(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
