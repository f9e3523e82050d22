package import DroverCore
package import DroverSystem

/// How one arbiter takes over from another: what the elder says in the environment of the successor that it starts.
///
/// The successor inherits the listening sockets and a pipe. One byte in the pipe says that its workers accept. Each
/// watches the other's process and knows so whether it is alone: only then does it remove what both have in common, the
/// names of unix sockets, and only then does the successor take the pid file's proper name.
package struct Succession: ~Copyable {
    private static let socketsVariable = "DROVER_SOCKETS"
    private static let areasVariable = "DROVER_AREAS"
    private static let elderVariable = "DROVER_ELDER"

    /// The sockets that were handed over.
    let sockets: InheritedSockets
    /// Memory that was handed over, and what is handed on.
    package let areas: SharedAreas
    /// The elder as long as it lives; nil for an arbiter that replaces none.
    var elder: ProcessDescriptor?
    private var readiness: Int32?

    /// Reads the environment, and cleans it up: what concerns this process does not concern its children.
    ///
    /// - Throws: `SystemError` when a socket that systemd has passed cannot be used.
    package init() throws(SystemError) {
        let environment = ProcessEnvironment.all()
        let activated = try ActivatedSocket.take()
        guard let text = environment[Self.socketsVariable], let relation = environment[Self.elderVariable] else {
            sockets = InheritedSockets(activated: activated)
            areas = SharedAreas()
            isSuccessor = false
            return
        }
        ProcessEnvironment.unset(Self.socketsVariable)
        ProcessEnvironment.unset(Self.elderVariable)
        ProcessEnvironment.unset(Self.areasVariable)
        sockets = InheritedSockets(handedOver: text)
        areas = SharedAreas(handedOver: environment[Self.areasVariable] ?? "")
        isSuccessor = true
        let numbers = relation.split(separator: " ").compactMap { Int32($0) }
        guard numbers.count == 2 else { return }
        // An elder that has ended already is none.
        if numbers[0] == parentProcess { elder = ProcessDescriptor(numbers[0]) }
        readiness = numbers[1]
    }

    /// Whether an elder serves on if this arbiter does not come up.
    package var hasElder: Bool { elder != nil }

    /// The elder's process id.
    var elderID: Int32? {
        switch elder {
        case .some(let process): process.pid
        case .none: nil
        }
    }

    /// What becomes readable when the elder has gone.
    // Inlined, the optimizer of Swift 6.3.1 crashes over it ("Found ownership error") in release builds.
    @inline(never)
    var elderDescriptor: Int32? {
        switch elder {
        case .some(let process): process.descriptor.raw
        case .none: nil
        }
    }

    /// Whether an earlier arbiter has started this one, even if that has ended since.
    package let isSuccessor: Bool

    /// What the service manager calls the sockets that it has passed, to this arbiter or to the elder.
    package var activatedNames: [String] { sockets.activatedNames }

    /// Tells the elder that this arbiter's workers accept.
    mutating func announce() {
        guard let pipe = readiness else { return }
        readiness = nil
        writeByte(1, to: pipe)
        Descriptor(owning: pipe).close()
    }

    /// Forgets the elder, which has gone.
    mutating func forgetElder() {
        elder = nil
    }

    /// Starts a successor with the program's own command line, which says through the pipe `readiness` when it is ready.
    ///
    /// - Returns: Its process id, and the file that it runs.
    /// - Throws: `SystemError` when the program cannot be started.
    static func startSuccessor(
        _ image: ProgramImage, sockets: [InheritedSockets.Entry], areas: SharedAreas, readiness: Int32
    ) throws(SystemError) -> (pid: Int32, file: String) {
        var environment = image.environment
        environment[socketsVariable] = InheritedSockets.text(sockets)
        environment[areasVariable] = areas.handOver
        environment[elderVariable] = "\(currentProcess) \(readiness)"
        return try startProgram(
            image, environment: environment,
            inheriting: sockets.map(\.descriptor) + areas.descriptors + [readiness])
    }
}
