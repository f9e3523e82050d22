import DroverCore
import Testing

@testable import Drover
@testable import DroverConfig

struct ControlSocketPathTests {
    private func candidates(
        user: UInt32 = 1000, runtime: String? = nil, directory: String? = "/home/me",
        _ change: (inout ProcessSettings) -> Void
    ) -> [String] {
        var process = ProcessSettings()
        change(&process)
        let environment = runtime.map { ["XDG_RUNTIME_DIR": $0] } ?? [:]
        let found = ControlSocketPath.candidates(
            process, program: "shop", environment: environment, user: user, directory: directory)
        let first = ControlSocketPath(
            process, program: "shop", environment: environment, user: user, directory: directory)
        #expect(first == found.first)
        return found.map(\.path)
    }

    @Test func settingCountsBeforeEverything() {
        let both: (inout ProcessSettings) -> Void = { settings in
            settings.controlSocket = "/run/a.ctl"
            settings.pidfile = "/run/b.pid"
        }
        #expect(candidates(both) == ["/run/a.ctl"])
        #expect(candidates { $0.controlSocket = "off" }.isEmpty)
        #expect(candidates { $0.controlSocket = "a.ctl" } == ["/home/me/a.ctl"])
    }

    @Test func pidFileHasItBesideIt() {
        #expect(candidates(runtime: "/run/user/1000") { $0.pidfile = "/run/shop.pid" } == ["/run/shop.ctl"])
        #expect(candidates { $0.pidfile = "/run/shop" } == ["/run/shop.ctl"])
        #expect(candidates { $0.pidfile = "shop.pid" } == ["/home/me/shop.ctl"])
        #expect(candidates(directory: "/") { $0.pidfile = "shop.pid" } == ["/shop.ctl"])
    }

    @Test func relativePathsFollowTheServersFolder() {
        let elsewhere: (inout ProcessSettings) -> Void = { settings in
            settings.pidfile = "shop.pid"
            settings.chdir = "/srv"
        }
        #expect(candidates(elsewhere) == ["/srv/shop.ctl"])
        let below: (inout ProcessSettings) -> Void = { settings in
            settings.pidfile = "shop.pid"
            settings.chdir = "sub"
        }
        #expect(candidates(below) == ["/home/me/sub/shop.ctl"])
    }

    @Test func nameAloneMeansTheRuntimeFolder() {
        #expect(candidates(user: 0) { _ in } == ["/run/shop.ctl"])
        #expect(candidates(user: 0, runtime: "/run/user/0") { _ in } == ["/run/user/0/shop.ctl", "/run/shop.ctl"])
        #expect(candidates { _ in } == ["/tmp/drover-1000/shop.ctl"])
        #expect(
            candidates(runtime: "/run/user/1000") { $0.name = "a/b" }
                == ["/run/user/1000/a-b.ctl", "/tmp/drover-1000/a-b.ctl"])
        #expect(candidates(runtime: "not/absolute") { _ in } == ["/tmp/drover-1000/shop.ctl"])
    }

    @Test func onlyTheFolderOfOneUserIsMade() {
        let mine = ControlSocketPath(ProcessSettings(), program: "x", environment: [:], user: 7, directory: nil)
        #expect(mine?.privateDirectory == "/tmp/drover-7" && mine?.origin == .name)
        let root = ControlSocketPath(ProcessSettings(), program: "x", environment: [:], user: 0, directory: nil)
        #expect(root?.privateDirectory == nil)
    }
}
