package import DroverSystem

/// One address the server listens on, and what speaks there.
package struct ListenerSettings: Sendable, Equatable {
    /// Where it listens.
    package var bind: BindAddress
    /// How many connections the kernel may queue, listen(2).
    package var backlog = 2048
    /// Who accepts.
    package var accept = AcceptMode.shared
    /// Whether proxies say who the client is.
    package var proxyProtocol = ProxyProtocolMode.off
    /// The proxies that may.
    package var proxyAllowed = AddressRanges.thisMachine
    /// The name of the transport: how bytes travel.
    package var transport = Self.plainTransport
    /// The name of the protocol: what the bytes mean.
    package var protocolName = ""
    /// The name of the application that the protocol calls; empty when the server has none.
    package var application = ""
    /// What else it speaks with clients that ask for it by name.
    package var alternatives = ProtocolAlternatives()
    /// The deadlines of its connections.
    package var timeouts = TimeoutSettings()
    /// How long connections of its protocol may be idle; nil where `keepalive` says that.
    package var idle: Duration?
    /// The plugin sections that this listener states for itself, complete.
    package var sections: [String: SettingsNode] = [:]

    /// The transport that leaves bytes as they are.
    package static let plainTransport = "plain"

    /// A listener on `bind` with the defaults.
    package init(bind: BindAddress = .standard) {
        self.bind = bind
    }
}
