import DroverTestSupport
import Glibc
import Testing

@testable import DroverSystem

private let isRoot = geteuid() == 0

/// What root does with names that others could have chosen; `theirs` is a folder of the user `nobody`.
@Suite struct FilePlaceTests {
    private let directory = TemporaryDirectory()
    private let nobody: Credentials
    private var theirs: String { "\(directory.path)/theirs" }
    private var victim: String { "\(directory.path)/victim" }

    init() throws {
        nobody = try Credentials(user: "nobody", group: nil)
        chmod(directory.path, 0o755)
        mkdir(theirs, 0o755)
        if isRoot { chown(theirs, nobody.user, nobody.group) }
        chmod(directory.write("victim", "secret\n"), 0o600)
    }

    private func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private func owner(_ path: String) -> uid_t? { status(path)?.st_uid }

    @Test func leftOverDraftsNeitherBlockNorLead() throws {
        let path = "\(theirs)/x.pid"
        symlink("../victim", "\(path).\(getpid()).new")
        symlink("../victim", path)
        try replaceFile(path, with: "1\n")
        try replaceFile(path, with: "2\n")
        #expect(TemporaryDirectory.content(of: path) == "2\n")
        #expect(directory.read("victim") == "secret\n")
        #expect(status(path).map { $0.st_mode & mode_t(S_IFMT) } == mode_t(S_IFREG))
        #expect(TemporaryDirectory.entries(of: theirs).count == 2, "no draft stays")
    }

    @Test(.enabled(if: isRoot, "only root can be led astray"), arguments: ["../victim", "../nothing"])
    func linksOfOthersAreNotOpened(target: String) throws {
        let path = "\(theirs)/access.log"
        symlink(target, path)
        lchown(path, nobody.user, nobody.group)
        for owner in [nobody, nil] {
            let error = #expect(throws: SystemError.self) { _ = try AppendFile(path: path, owner: owner) }
            #expect(error?.description.contains("\(path): 'access.log' is a link") == true)
        }
        #expect(directory.read("victim") == "secret\n" && owner(victim) == 0)
        #expect(owner("\(directory.path)/nothing") == nil)
    }

    @Test(.enabled(if: isRoot, "only root can be led astray"))
    func linksThatOnlyRootCouldHaveMadeAreFollowed() throws {
        mkdir("\(directory.path)/mnt", 0o755)
        symlink("mnt", "\(directory.path)/log")
        symlink("\(directory.path)/log/real.log", "\(directory.path)/access.log")
        for path in ["\(directory.path)/log/a.log", "\(directory.path)/access.log"] {
            var file = try AppendFile(path: path, owner: nobody)
            #expect(file.append(Array("line\n".utf8)) == 0)
        }
        #expect(directory.read("mnt/a.log") == "line\n" && directory.read("mnt/real.log") == "line\n")
        #expect(owner("\(directory.path)/mnt/real.log") == nobody.user, "it has been made here")
    }

    /// Such a path means a folder, so no file is made or opened by it.
    @Test(arguments: ["new/", "old.log/"]) func slashAtTheEndNamesNoFile(name: String) throws {
        directory.write("old.log", "old\n")
        #expect(throws: SystemError.self) { _ = try AppendFile(path: "\(directory.path)/\(name)", owner: nobody) }
        #expect(TemporaryDirectory.entries(of: directory.path).contains("new") == false)
    }

    @Test(.enabled(if: isRoot, "only root can be led astray"), arguments: [0o775, 0o757, 0o1777] as [mode_t])
    func rootsLinksInAFolderOfOthersAreNot(mode: mode_t) throws {
        let folder = "\(directory.path)/shared"
        mkdir(folder, 0o755)
        mkdir("\(directory.path)/mnt", 0o755)
        symlink("../mnt", "\(folder)/log")
        chmod(folder, mode)
        let error = #expect(throws: SystemError.self) { _ = try FilePlace("\(folder)/log/a.log") }
        #expect(error?.description.contains("'log' is a link that others than root could have made") == true)
        chmod(folder, 0o755)
        _ = try FilePlace("\(folder)/log/a.log")
    }

    /// Others cannot write to the last folder, but could put another one in its place.
    @Test(.enabled(if: isRoot, "only root can be led astray")) func aFolderIsAsGoodAsTheWayToIt() throws {
        mkdir("\(theirs)/roots", 0o755)
        #expect(try FilePlace("\(theirs)/roots/a").isExposed)
        #expect(try !FilePlace("\(directory.path)/a").isExposed, "nobody moves a folder of root's in /tmp")
        #expect(try FilePlace("/tmp/a").isExposed)
        #expect(try !FilePlace("/etc/a").isExposed)
    }

    @Test(.enabled(if: isRoot, "only root gives files away")) func onlyWhatWasMadeIsGiven() throws {
        directory.write("old.log", "")
        _ = try AppendFile(path: "\(directory.path)/old.log", owner: nobody)
        _ = try AppendFile(path: "\(directory.path)/new.log", owner: nobody)
        #expect(owner("\(directory.path)/old.log") == 0 && owner("\(directory.path)/new.log") == nobody.user)
    }

    @Test(.enabled(if: isRoot, "only root makes devices"), arguments: [0o600, 0o666] as [mode_t])
    func devicesStayWhoseTheyAre(mode: mode_t) throws {
        for path in ["\(directory.path)/null", "\(theirs)/null"] {
            try #require(mknod(path, S_IFCHR | 0o600, 0x103) == 0)
            chmod(path, mode)
            do {
                var file = try AppendFile(path: path, owner: nobody)
                #expect(file.append(Array("line\n".utf8)) == 0)
            } catch {
                #expect("\(error)" == "open \(path) as nobody: Permission denied" && mode == 0o600)
            }
            #expect(owner(path) == 0)
        }
    }

    /// As a user that may not write it, root does not write it either; its own groups do not help.
    @Test(.enabled(if: isRoot, "only root can act as another")) func whatIsThereIsOpenedAsTheWorkersUser() throws {
        let path = "\(theirs)/access.log"
        link(victim, path)
        for mode in [0o600, 0o660] as [mode_t] {
            chmod(path, mode)
            let error = #expect(throws: SystemError.self) { _ = try AppendFile(path: path, owner: nobody) }
            #expect(error?.description == "open \(path) as nobody: Permission denied")
        }
        let error = #expect(throws: SystemError.self) { _ = try AppendFile(path: path) }
        #expect(error?.description.contains("another name") == true)
        unlink(path)
        for _ in 0..<2 {
            var file = try AppendFile(path: path, owner: nobody)
            #expect(file.append(Array("line\n".utf8)) == 0)
        }
        #expect(TemporaryDirectory.content(of: path) == "line\nline\n" && owner(path) == nobody.user)
        #expect(directory.read("victim") == "secret\n" && owner(victim) == 0)
    }

    @Test(arguments: ["/dev/fd/", "/proc/self/fd/"]) func descriptorsAreNotOpenedByName(folder: String) throws {
        let path = directory.write("plain", "")
        let number = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(number) }
        unlink(path)
        symlink("\(folder)\(number)", "\(directory.path)/link")
        for name in ["\(folder)\(number)", "\(directory.path)/link"] {
            var file = try AppendFile(path: name, owner: nobody)
            #expect(file.append(Array("line\n".utf8)) == 0)
        }
        var status = stat()
        fstat(number, &status)
        #expect(status.st_size == 10 && status.st_uid == geteuid())
    }

    @Test func pipeIsOpenedWithoutAReader() throws {
        let path = "\(directory.path)/pipe"
        mkfifo(path, 0o600)
        var file = try AppendFile(path: path)
        #expect(file.append(Array("line\n".utf8)) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        var block = [UInt8](repeating: 0, count: 64)
        #expect(read(reader, &block, block.count) == 5)
        #expect(try FilePlace(path).openRegular() == nil, "nobody waits for one that writes")
    }
}
