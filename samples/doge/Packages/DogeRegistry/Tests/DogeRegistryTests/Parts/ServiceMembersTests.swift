import DogeDiscovery
import Testing

@testable import DogeRegistry

@Suite struct ServiceMembersTests {
    private let prefix = "/doge/rpc/test/"
    private let start = ContinuousClock.now

    private func entry(_ node: String, _ address: String) -> EtcdEntry {
        EtcdEntry(key: prefix + node, value: address, lease: 1)
    }

    private func nodes(_ members: ServiceMembers) -> [String] { members.endpoints.map { "\($0.node)=\($0)" } }

    @Test func listAndChanges() {
        var members = ServiceMembers(prefix: prefix, grace: .seconds(15))
        members.replace(with: [entry("b", "h:2"), entry("a", "h:1")], wasInterrupted: false, now: start)
        #expect(nodes(members) == ["a=h:1", "b=h:2"])
        members.apply(.put(key: prefix + "a", value: "h:3"))
        #expect(nodes(members) == ["a=h:3", "b=h:2"], "no second entry for one that is entered again")
        members.apply(.deleted(key: prefix + "b"))
        #expect(nodes(members) == ["a=h:3"])
    }

    @Test func whatIsNoEntryDoesNotCount() {
        var members = ServiceMembers(prefix: prefix, grace: .seconds(15))
        members.replace(
            with: [entry("", "h:1"), entry("a/b", "h:1"), entry("c", "nonsense"), entry("d", "[::1]:4")],
            wasInterrupted: false, now: start)
        #expect(nodes(members) == ["d=[::1]:4"])
    }

    @Test func serversThatAnEtcdHasForgottenStayForAWhile() {
        var members = ServiceMembers(prefix: prefix, grace: .seconds(15))
        members.replace(with: [entry("a", "h:1"), entry("b", "h:2")], wasInterrupted: false, now: start)
        members.replace(with: [], wasInterrupted: true, now: start)
        #expect(members.endpoints.count == 2)
        #expect(members.missingUntil == start + .seconds(15))
        members.apply(.put(key: prefix + "a", value: "h:5"))
        #expect(nodes(members) == ["a=h:5", "b=h:2"])
        members.replace(with: [entry("a", "h:5")], wasInterrupted: false, now: start + .seconds(14))
        #expect(members.endpoints.count == 2)
        members.replace(with: [entry("a", "h:5")], wasInterrupted: false, now: start + .seconds(15))
        #expect(nodes(members) == ["a=h:5"])
        #expect(members.missingUntil == nil)
    }

    @Test func serversThatLeaveWhileEtcdIsThereGoAtOnce() {
        var members = ServiceMembers(prefix: prefix, grace: .seconds(15))
        members.replace(with: [entry("a", "h:1")], wasInterrupted: false, now: start)
        members.replace(with: [], wasInterrupted: false, now: start)
        #expect(members.endpoints.isEmpty)
    }
}
