internal import DroverCore
internal import DroverSystem

/// Listening sockets that were open before this process began: from the arbiter that it replaces, or from systemd.
///
/// They are told apart by name, not by order: the new configuration may list them differently, or not at all.
struct InheritedSockets {
    struct Entry {
        let descriptor: Int32
        /// The slot whose queue it is, where each slot has one.
        let slot: Int
        /// The address as the old configuration spelled it, or the name that systemd gave it.
        let name: String
        let address: SocketAddress
        /// Whether another process keeps it open beyond this server's life, so that its name has to stay.
        let isLent: Bool
    }

    private(set) var entries: [Entry] = []

    /// None.
    init() {}

    /// What systemd has opened.
    init(activated: [ActivatedSocket]) {
        for socket in activated { add(socket.descriptor, slot: 0, name: socket.name, isLent: true) }
    }

    /// What an earlier arbiter wrote with `text`: a line a socket, with its number, slot, owner and name.
    init(handedOver text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count == 4, let descriptor = Int32(words[0]), let slot = Int(words[1]) else { continue }
            add(descriptor, slot: slot, name: String(words[3]), isLent: words[2] == Self.lent)
        }
    }

    /// The form that `init(handedOver:)` reads.
    static func text(_ sockets: [Entry]) -> String {
        sockets.map { "\($0.descriptor) \($0.slot) \($0.isLent ? lent : "own") \($0.name)" }.joined(separator: "\n")
    }

    private static let lent = "lent"

    private mutating func add(_ descriptor: Int32, slot: Int, name: String, isLent: Bool) {
        // A number that is no socket was closed on the way; a listener that wants the address binds it anew.
        guard var address = try? ListeningSocket.localAddress(of: descriptor) else { return }
        // The name says where a unix socket is; the kernel may know the end of the path only.
        if case .unix = address, case .unix(let path)? = try? BindAddress(parsing: name) { address = .unix(path) }
        entries.append(Entry(descriptor: descriptor, slot: slot, name: name, address: address, isLent: isLent))
    }

    /// Takes the sockets that were bound as `bind`, a list for each address, in the order of their slots.
    mutating func take(_ bind: BindAddress) -> [[Entry]] {
        let names: Set<String> =
            if case .named(let name) = bind { [name, bind.description] } else { [bind.description] }
        let found = take { names.contains($0.name) }
        return Dictionary(grouping: found, by: \.address).values.sorted { $0[0].descriptor < $1[0].descriptor }
    }

    /// Takes the sockets that are bound to `address`, in the order of their slots.
    mutating func take(_ address: SocketAddress) -> [Entry] {
        take { $0.address == address }
    }

    /// Takes this server's own sockets that are bound to an address which `wildcard` covers, a list for each address.
    mutating func take(coveredBy wildcard: SocketAddress) -> [[Entry]] {
        let found = take { wildcard.covers($0.address) && !$0.isLent }
        return Dictionary(grouping: found, by: \.address).values.sorted { $0[0].descriptor < $1[0].descriptor }
    }

    /// Takes the socket of this number.
    mutating func take(_ descriptor: Int32) -> [Entry] {
        take { $0.descriptor == descriptor }
    }

    /// What the service manager calls the sockets that it has passed, to this arbiter or to one that this replaces.
    var activatedNames: [String] {
        var names: [String] = []
        for entry in entries where entry.isLent {
            let name = entry.name.hasPrefix("fd://") ? String(entry.name.dropFirst(5)) : entry.name
            // One that was claimed by its address has that for a name, and one by its number has none that counts.
            guard case .named(name)? = try? BindAddress(parsing: "fd://\(name)"), !names.contains(name) else {
                continue
            }
            names.append(name)
        }
        return names
    }

    private mutating func take(where applies: (Entry) -> Bool) -> [Entry] {
        let found = entries.filter(applies).sorted { $0.slot < $1.slot }
        entries.removeAll(where: applies)
        return found
    }
}
