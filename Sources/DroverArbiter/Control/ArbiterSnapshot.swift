package import DroverCore
internal import DroverSystem

/// How the server is at one moment, as a value from which reports are made.
package struct ArbiterSnapshot: Sendable, Equatable {
    /// The arbiter's process id.
    package var pid: Int32
    /// The server's name and version.
    package var name: String
    package var version: String
    /// The generation of workers that is started now.
    package var generation: Int
    /// Milliseconds since the arbiter began.
    package var uptime: Int64
    /// What the arbiter is about: `running`, `stopping`, or the like.
    package var phase: String
    /// What it is in the middle of, such as a reload, in a few words; nil when nothing.
    package var undertaking: String?
    /// How many workers are wanted.
    package var target: Int
    /// The workers, by slot.
    package var workers: [Worker] = []
    /// What all workers have counted, those that are gone too.
    package var totals = ScoreboardTotals()
    /// The addresses, in the order of the configuration.
    package var listeners: [Listener] = []

    /// A snapshot without workers and listeners.
    package init(
        pid: Int32, name: String, version: String, generation: Int, uptime: Int64, phase: String,
        undertaking: String? = nil, target: Int
    ) {
        self.pid = pid
        self.name = name
        self.version = version
        self.generation = generation
        self.uptime = uptime
        self.phase = phase
        self.undertaking = undertaking
        self.target = target
    }

    /// One worker.
    package struct Worker: Sendable, Equatable {
        package var slot: Int
        package var pid: Int32
        package var generation: Int
        /// Where in its life it is: starting, ready, retiring, draining, aborting, killed, stopped.
        package var state: String
        /// Milliseconds since its fork.
        package var uptime: Int64 = 0
        /// Milliseconds since its loop last began a turn.
        package var heartbeatAge: Int64 = 0
        /// Milliseconds for which its loop has been at one turn; 0 while it waits for input.
        package var busy: Int64 = 0
        /// Whether it takes new connections; nil while it is not its time to.
        package var accepting: Accepting?
        package var connections = 0
        /// Those among them that handlers have taken over.
        package var takenOver = 0
        /// Those among them that have been answered and wait for their peers' end.
        package var lingering = 0
        package var inFlight = 0
        /// What it has counted itself.
        package var totals = ScoreboardTotals()
        /// Bytes of memory; nil when the kernel does not say.
        package var residentBytes: Int?
        /// The request that it has been at for longest.
        package var oldest: Request?

        /// A worker about which little is known yet.
        package init(slot: Int, pid: Int32, generation: Int, state: String) {
            self.slot = slot
            self.pid = pid
            self.generation = generation
            self.state = state
        }
    }

    /// How a worker stands to new connections.
    package struct Accepting: Sendable, Equatable {
        /// In a word or two: waiting, holding back, full, paused, declining, deaf.
        package var stance: String
        /// Milliseconds for which it has wanted to wait and could not; 0 when it can.
        package var deaf: Int64

        package init(_ stance: String, deaf: Int64 = 0) {
            self.stance = stance
            self.deaf = deaf
        }
    }

    /// A request in progress.
    package struct Request: Sendable, Equatable {
        /// What its protocol calls it, such as `GET /hang`.
        package var label: String
        /// Milliseconds since it began.
        package var age: Int64

        package init(label: String, age: Int64) {
            self.label = label
            self.age = age
        }
    }

    /// One address that the server listens on.
    package struct Listener: Sendable, Equatable {
        /// The address, with the port that the kernel chose.
        package var address: String
        /// The address as the configuration has it.
        package var bind: String
        package var accept: String
        package var transport: String
        package var protocolName: String
        /// Empty when the protocol calls none.
        package var application: String
        /// What else clients can choose, as the configuration has it: `line-rpc:prices`.
        package var alternatives: [String]
        package var backlog: Int
        /// Connections that wait to be accepted; nil where the kernel does not say.
        package var queued: Int?
        /// The deadlines of its connections.
        package var timeouts: TimeoutSettings
        /// Which peers may speak for clients in the PROXY protocol, and how; nil where none may.
        package var proxies: String?
        /// The plugins' limits and other settings that it has for itself, complete, by the name of their section.
        package var sections: [String: SettingsNode]

        /// A listener as `settings` describe it.
        package init(_ settings: ListenerSettings, address: String, queued: Int?) {
            self.address = address
            bind = settings.bind.description
            accept = settings.accept.rawValue
            transport = settings.transport
            protocolName = settings.protocolName
            application = settings.application
            alternatives = settings.alternatives.entries.map(\.text)
            backlog = settings.backlog
            self.queued = queued
            timeouts = settings.timeouts
            timeouts.keepalive = settings.idle ?? timeouts.keepalive
            sections = settings.sections
            if settings.proxyProtocol != .off {
                let ranges = settings.proxyAllowed.ranges.map(\.description).joined(separator: ", ")
                proxies = "\(settings.proxyProtocol.rawValue) from \(ranges)"
            }
        }
    }
}
