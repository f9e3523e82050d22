import DroverCore
import DroverTestSupport
import Testing

@testable import DroverTLS

@Suite struct FileContentsTests {
    private func node(_ path: String) -> SettingsNode {
        SettingsNode(.scalar(path, quoted: true), at: .builtIn, key: "certfile")
    }

    @Test func whatIsPackedIsUnpacked() throws {
        let directory = TemporaryDirectory()
        let first = node(directory.write("first", "content of the first"))
        let second = node(directory.write("second", ""))
        let files = FileContents()
        _ = try files.content(of: first)
        _ = try files.content(of: second)
        let copy = FileContents(unpacking: files.packed)
        directory.write("first", "something else")
        #expect(try copy.content(of: first) == Array("content of the first".utf8))
        #expect(try copy.content(of: second) == [])
        #expect(throws: SettingsIssue.self) { try copy.content(of: node("\(directory.path)/third")) }
        // Half of it is half of it, and nothing worse.
        for count in files.packed.indices { _ = FileContents(unpacking: Array(files.packed.prefix(count))) }
    }

    @Test func whatCannotBeReadIsAnIssueOfItsSetting() throws {
        let directory = TemporaryDirectory()
        for (path, reason) in [("\(directory.path)/none", "No such file"), (directory.path, "Is a directory")] {
            let issue = #expect(throws: SettingsIssue.self) { try FileContents().content(of: node(path)) }
            #expect(issue?.description.contains(reason) == true, "\(issue?.description ?? "")")
            #expect(issue?.key == "certfile")
        }
        let large = directory.write("large", String(repeating: "x", count: (4 << 20) + 1))
        let issue = #expect(throws: SettingsIssue.self) { try FileContents().content(of: node(large)) }
        #expect(issue?.description.contains("larger than 4 MiB") == true)
    }
}
