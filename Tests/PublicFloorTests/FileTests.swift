import DroverHTTPFiles
import DroverSystem
import Testing

/// What a handler of another package serves files with.
@Suite struct FileTests {
    @Test func pathOfARequestLeadsToAFileBelowTheRoot() throws {
        let root = try RootFolder(path: "/proc/self")
        let resolver = PathResolver(prefix: "/process")
        let path = Array("/process/%73tatus".utf8)
        guard case .decoded(let name) = resolver.resolve(path.span.bytes) else {
            Issue.record("the path was not decoded")
            return
        }
        let file = try root.open(name.span.bytes)
        #expect(file.status.kind == .regular)
        #expect(try file.read(first: 5) == Array("Name:".utf8))
        #expect(resolver.resolve(Array("/process/../version".utf8).span.bytes) == .nothing)
    }

    @Test func whatIsMissingIsToldApartFromWhatIsForbidden() throws {
        let root = try RootFolder(path: "/proc/self")
        let error = #expect(throws: SystemError.self) { try root.open(Array("nothing".utf8).span.bytes) }
        #expect(error?.meansMissing == true && error?.meansForbidden == false)
        #expect(error?.reason == "No such file or directory")
    }

    @Test func regularFileIsAskedFor() throws {
        #expect(try OpenFile(regularAt: "/proc/self/status").status.kind == .regular)
        for (path, reason) in [("/proc/self", "Is a directory"), ("/dev/null", "No such device or address")] {
            let error = #expect(throws: SystemError.self) { try OpenFile(regularAt: path) }
            #expect(error.map(\.description) == "open \(path): \(reason)")
        }
    }
}
