import DroverCore
import DroverSystem
import DroverTestSupport
import Glibc
import Testing

@testable import DroverArbiter

/// A configuration that listens on an address which one of the configuration before it covers, or is covered by.
struct ListenerTakeoverTests {
    private static let host: UInt32 = 0x7F00_0001

    private func settings(_ host: String, _ port: UInt16, accept: AcceptMode = .shared) -> ListenerSettings {
        var settings = ListenerSettings()
        settings.bind = .tcp(host: host, port: port)
        settings.accept = accept
        return settings
    }

    /// A set whose first generation listens on a free port of `host`, and that port.
    private func set(_ host: String, accept: AcceptMode = .shared) throws -> (ListenerSet, UInt16) {
        let set = try ListenerSet([settings(host, 0, accept: accept)])
        return (set, try #require(set.listeners[0].address.port))
    }

    /// Whether a connection waits in the queue of each socket of a generation.
    private func queues(_ set: ListenerSet, of generation: Int) throws -> [Bool] {
        try set.inherited(slot: 0, generation: generation).map { listener in
            var interest = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&interest, 1, 0) > 0 && interest.revents & Int16(POLLIN) != 0
        }
    }

    /// A second number for a socket, as a successor gets one, that programs which other tests start do not get.
    private func copy(_ descriptor: Int32) -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

    private func take(_ set: ListenerSet, of generation: Int) throws {
        for listener in try set.inherited(slot: 0, generation: generation) {
            while case .connection = acceptConnection(listener.descriptor) {}
        }
    }

    /// Whether another socket of this user may share the port.
    private func isOpenToSiblings(_ port: UInt16) -> Bool {
        (try? ListeningSocket(bind: .ipv4(Self.host, port: port), backlog: 1, reusePort: true, onlyBinds: true)) != nil
    }

    @Test(arguments: [AcceptMode.shared, .reuseport])
    func fromTheWildcardToOneAddress(accept: AcceptMode) throws {
        var (set, port) = try set("0.0.0.0", accept: accept)
        _ = try set.inherited(slot: 1, generation: 1)
        try set.prepare(2, [settings("127.0.0.1", port, accept: accept)])
        let first = try TCPClient(port: port)
        #expect(try queues(set, of: 2) == [false], "until its generation is in force")
        let old = try set.inherited(slot: 0, generation: 1) + set.inherited(slot: 1, generation: 1)
        #expect(
            old.contains {
                if case .connection = acceptConnection($0.descriptor) { true } else { false }
            }, "the old one has it")
        #expect(set.commit(2).isEmpty)
        let second = try TCPClient(port: port)
        #expect(try queues(set, of: 2) == [true])
        #expect(set.listeners.map(\.address) == [.ipv4(Self.host, port: port)])
        set.close()
        withExtendedLifetime((first, second)) {}
    }

    @Test(arguments: [AcceptMode.shared, .reuseport])
    func whatComesToNothingLeavesNoTrace(accept: AcceptMode) throws {
        for (from, to) in [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")] {
            var (set, port) = try set(from)
            try set.prepare(2, [settings(to, port, accept: accept)])
            _ = try set.inherited(slot: 1, generation: 2)
            set.abandon(2)
            let client = try TCPClient(port: port)
            #expect(try queues(set, of: 1) == [true])
            set.close()
            withExtendedLifetime(client) {}
        }
    }

    /// Connections to its address find the old socket first, so it goes on as a part of the new listener.
    @Test(arguments: [AcceptMode.shared, .reuseport])
    func fromOneAddressToTheWildcardAndBack(accept: AcceptMode) throws {
        var (set, port) = try set("127.0.0.1", accept: accept)
        try set.prepare(2, [settings("0.0.0.0", port, accept: accept)])
        #expect(set.commit(2).isEmpty)
        #expect(set.listeners.map(\.address) == [.ipv4(0, port: port), .ipv4(Self.host, port: port)])
        #expect(set.addresses(of: 2).map(\.host) == ["0.0.0.0"], "one place to others")
        let client = try TCPClient(port: port)
        #expect(try queues(set, of: 2) == [false, true])
        try take(set, of: 2)
        // Unchanged it stays as it is.
        try set.prepare(3, [settings("0.0.0.0", port, accept: accept)])
        #expect(set.commit(3).isEmpty)
        #expect(set.listeners.count == 2)
        // A queue for each slot can be had at both addresses.
        try set.prepare(4, [settings("0.0.0.0", port, accept: .reuseport)])
        #expect(try set.inherited(slot: 2, generation: 4).count == 2)
        set.abandon(4)
        let standing = set.listeners[1]
        try set.prepare(5, [settings("127.0.0.1", port, accept: accept)])
        #expect(set.commit(5).isEmpty)
        #expect(set.listeners.count == 1 && set.listeners[0] === standing)
        set.close()
        withExtendedLifetime(client) {}
    }

    @Test func worksForIPv6() throws {
        var set = try ListenerSet([settings("::", 0)])
        let port = try #require(set.listeners[0].address.port)
        try set.prepare(2, [settings("::1", port)])
        #expect(set.commit(2).isEmpty)
        #expect(set.listeners.map(\.address) == [.ipv6(high: 0, low: 1, port: port, scope: 0)])
        set.close()
    }

    /// As an elder hands them over: the new configuration has no listener for the old address.
    @Test(arguments: [("0.0.0.0", "127.0.0.1", 1), ("127.0.0.1", "0.0.0.0", 2)])
    func successorTakesOverToo(from: String, to: String, count: Int) throws {
        let (elder, port) = try set(from)
        let copies = InheritedSockets.text(
            elder.handOver.map { entry in
                InheritedSockets.Entry(
                    descriptor: copy(entry.descriptor), slot: entry.slot, name: entry.name, address: entry.address,
                    isLent: entry.isLent)
            })
        let young = try ListenerSet([settings(to, port)], inherited: InheritedSockets(handedOver: copies))
        #expect(young.waits)
        #expect(young.listeners.count == count)
        let first = try TCPClient(port: port)
        #expect(try queues(elder, of: 1) == [true], "until the whole herd is there")
        try take(elder, of: 1)
        #expect(young.startListening().isEmpty)
        #expect(!young.waits)
        let second = try TCPClient(port: port)
        #expect(try queues(young, of: 1).contains(true))
        // Its own successor gets both sockets under one name.
        #expect(Set(young.handOver.map(\.name)) == ["\(to):\(port)"])
        young.close()
        elder.close()
        withExtendedLifetime((first, second)) {}
    }

    @Test func twoOfOneConfigurationAreRefusedByName() throws {
        var (set, port) = try set("0.0.0.0")
        let reason = "which takes the same connections; keep one of them"
        for hosts in [["0.0.0.0", "127.0.0.1"], ["127.0.0.1", "0.0.0.0"]] {
            let error = #expect(throws: BindError.self) { try set.prepare(2, hosts.map { settings($0, port) }) }
            #expect(error?.reason == "this configuration also listens on 0.0.0.0:\(port), \(reason)")
        }
        set.close()
        let error = #expect(throws: BindError.self) {
            _ = try ListenerSet([settings("localhost", port), settings("127.0.0.1", port)])
        }
        #expect(error?.reason == "this configuration also listens on localhost:\(port), \(reason)")
    }

    /// A reload finds the socket of the generation before it, where a start finds a taken port.
    @Test func twoNamesOfOneAddressAreRefusedAtAReloadToo() throws {
        var (set, port) = try set("127.0.0.1")
        let both = [settings("127.0.0.1", port), settings("localhost", port)]
        for settings in [both, both.reversed()] {
            let error = #expect(throws: BindError.self) { try set.prepare(2, settings) }
            let first = settings[0].bind
            #expect(error?.reason.hasPrefix("this configuration also listens on \(first), which takes") == true)
        }
        set.close()
    }

    /// The path of a unix socket may be written in several ways.
    @Test func socketIsKnownUnderAnotherSpelling() throws {
        let directory = TemporaryDirectory()
        let folder = try #require(directory.path.split(separator: "/").last)
        let settings = ["a.sock", "../\(folder)/a.sock", "/a.sock"].map { name in
            var settings = ListenerSettings()
            settings.bind = .unix(path: "\(directory.path)/\(name)")
            return settings
        }
        let error = #expect(throws: BindError.self) { _ = try ListenerSet(Array(settings[..<2])) }
        #expect(error?.reason.hasPrefix("this configuration also listens on \(settings[0].bind), which takes") == true)
        var set = try ListenerSet([settings[0]])
        let standing = set.listeners[0]
        try set.prepare(2, [settings[2]])
        #expect(set.commit(2).isEmpty)
        #expect(set.listeners[0] === standing)
        let copies = set.handOver.map { "\(copy($0.descriptor)) 0 own \($0.name)" }.joined(separator: "\n")
        let young = try ListenerSet([settings[0]], inherited: InheritedSockets(handedOver: copies))
        #expect(young.unclaimed.isEmpty)
        young.close(keepingNames: true)
        set.close()
    }

    @Test func socketOfTheServiceManagerIsLeftAlone() throws {
        let passed = try ListeningSocket(bind: .ipv4(0, port: 0), backlog: 8)
        let port = try #require(passed.address.port)
        let lent = InheritedSockets(handedOver: "\(copy(passed.descriptor.raw)) 0 lent fd://web")
        let error = #expect(throws: BindError.self) {
            _ = try ListenerSet([settings("127.0.0.1", port)], inherited: lent)
        }
        #expect(
            error?.reason.hasPrefix("the listener fd://web of this server has the address; the service man") == true)
        #expect(!isOpenToSiblings(port))
    }

    @Test func holderOfAnAddressIsCalledWhatItIs() throws {
        let holder = try ListeningSocket(bind: .ipv4(Self.host, port: 0), backlog: 8)
        let settings = [settings("127.0.0.1", try #require(holder.address.port))]
        let inherited = #expect(throws: BindError.self) { _ = try ListenerSet(settings) }
        #expect(inherited?.reason.hasPrefix("this process itself has the address, as its descriptor ") == true)
        #expect(inherited?.reason.hasSuffix(" --bind fd://\(holder.descriptor.raw)") == true)
        let elders = #expect(throws: BindError.self) { _ = try ListenerSet(settings, elder: currentProcess) }
        #expect(elders?.reason.hasPrefix("the server that this one replaces has the address;") == true)
    }

    @Test func sharedPortIsNoticedUnlessItIsShared() throws {
        let other = try ListeningSocket(bind: .ipv4(Self.host, port: 0), backlog: 8, reusePort: true)
        let port = try #require(other.address.port)
        let set = try ListenerSet([settings("127.0.0.1", port, accept: .reuseport)])
        #expect(set.listeners[0].sharer?.owner?.pid == currentProcess)
        set.close()
        let (alone, _) = try self.set("127.0.0.1", accept: .reuseport)
        _ = try alone.inherited(slot: 3, generation: 1)
        #expect(alone.listeners[0].sharer == nil)
        #expect(alone.listeners[0].descriptors.count == 4)
        alone.close()
    }
}
