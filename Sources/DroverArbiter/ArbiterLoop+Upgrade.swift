internal import DroverCore
internal import DroverSystem
internal import Logging

// The driver's part of an upgrade, as the elder and as the successor.

extension ArbiterLoop {
    mutating func startUpgrade() -> ArbiterEvent {
        runHook("preExec") { try $0.preExec($1) }
        do throws(SystemError) {
            let (pid, file) = try startSuccessor()
            return .upgradeStarted(pid: pid, executable: file)
        } catch {
            return .upgradeRefused(reason: "\(error)")
        }
    }

    private mutating func startSuccessor() throws(SystemError) -> (pid: Int32, file: String) {
        let readiness = try Lifeline()
        // The watch comes first: a successor that this arbiter could not hear would serve beside it for good.
        try descriptors.watchSuccessor(try readiness.readEnd.duplicate())
        do throws(SystemError) {
            return try Succession.startSuccessor(
                image, sockets: listeners.handOver, areas: succession.areas, readiness: readiness.writeEnd.raw)
        } catch {
            descriptors.forgetSuccessor()
            throw error
        }
    }

    mutating func readSuccessor() {
        // An end without a byte is followed by the news of the successor's death, which says more.
        if case .byte = descriptors.readSuccessor() {
            successorServes()
            tell(.upgradeReady)
        }
    }

    private func takeOverControl() {
        guard let control, control.path.hasSuffix(Self.besideElder) else { return }
        do {
            try control.rename(to: String(control.path.dropLast(Self.besideElder.count)))
        } catch {
            logger.event(.error, "control_socket_failed", ["error": error])
        }
    }

    /// What a successor appends to the names that its elder still has.
    static var besideElder: String { ".2" }

    mutating func elderGone() {
        // Removed by hand: a worker may still hold a copy, and then closing ours would not end the reports.
        if let elder = succession.elderDescriptor { descriptors.poller.remove(elder) }
        succession.forgetElder()
        do {
            try pidFile?.promote()
        } catch {
            logger.event(.error, "pid_file_failed", ["error": error])
        }
        takeOverControl()
        tell(.elderGone)
        elderHasLeft()
    }
}
