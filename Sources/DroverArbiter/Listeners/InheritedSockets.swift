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
    }

    private(set) var entries: [Entry] = []

    /// None.
    init() {}

    /// What systemd has opened.
    init(activated: [ActivatedSocket]) {
        for socket in activated { add(socket.descriptor, slot: 0, name: socket.name) }
    }

    /// What an earlier arbiter wrote with `text`: a line a socket, with its number, slot and name.
    init(handedOver text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let descriptor = Int32(words[0]), let slot = Int(words[1]) else { continue }
            add(descriptor, slot: slot, name: String(words[2]))
        }
    }

    /// The form that `init(handedOver:)` reads.
    static func text(_ sockets: [(descriptor: Int32, slot: Int, name: String)]) -> String {
        sockets.map { "\($0.descriptor) \($0.slot) \($0.name)" }.joined(separator: "\n")
    }

    private mutating func add(_ descriptor: Int32, slot: Int, name: String) {
        // A number that is no socket was closed on the way; whoever wants the address binds it anew.
        guard let address = try? ListeningSocket.localAddress(of: descriptor) else { return }
        entries.append(Entry(descriptor: descriptor, slot: slot, name: name, address: address))
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

    /// Whether there is one for `address`.
    func has(_ address: SocketAddress) -> Bool { entries.contains { $0.address == address } }

    private mutating func take(where applies: (Entry) -> Bool) -> [Entry] {
        let found = entries.filter(applies).sorted { $0.slot < $1.slot }
        entries.removeAll(where: applies)
        return found
    }
}
