import DroverFuzzTargets
import DroverTestSupport
import Glibc
import Testing

/// What `make fuzz` has found, and what it begins with, holds without it too.
@Suite struct FuzzCorpusTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/Fuzz/Corpus"
    }()

    @Test(arguments: FuzzTarget.allCases) func inputsDoNoHarm(_ target: FuzzTarget) throws {
        let names = TemporaryDirectory.entries(of: "\(Self.folder)/\(target.rawValue)")
        #expect(names.count >= 5)
        for name in names {
            let bytes = try #require(Self.bytes(of: "\(Self.folder)/\(target.rawValue)/\(name)"))
            target.check(bytes)
            for count in bytes.indices { target.check(Array(bytes[..<count])) }
            for place in bytes.indices {
                for bit in 0..<8 {
                    var broken = bytes
                    broken[place] ^= 1 << UInt8(bit)
                    target.check(broken)
                }
            }
        }
    }

    private static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return bytes
    }
}
