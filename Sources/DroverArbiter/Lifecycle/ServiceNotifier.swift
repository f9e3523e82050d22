internal import DroverCore
internal import DroverSystem
internal import Logging

/// What the service manager hears from the arbiter: nothing, unless it has asked in NOTIFY_SOCKET and WATCHDOG_USEC.
///
/// It listens to one process at a time, the service's main one. Of two arbiters, therefore, only one speaks: the elder
/// until the successor serves, which it then names as the main process, and the successor from then on.
struct ServiceNotifier {
    private let socket: NotifySocket?
    private let logger: Logger
    /// ms between two signs of life; nil when the service manager expects none.
    private let interval: Int64?
    private var nextSign: Int64 = 0
    private var status = ""
    private var isMain: Bool
    private var isStopping = false
    private var hasFailed = false

    /// Reads the variables; an arbiter with an elder keeps silent until its workers are ready.
    init(_ environment: [String: String], hasElder: Bool, logger: Logger) {
        self.logger = logger
        isMain = !hasElder
        do {
            socket = try NotifySocket.named(in: environment)
        } catch {
            logger.event(.warning, "service_manager_unreachable", ["error": error])
            socket = nil
        }
        interval = socket == nil ? nil : WatchdogSettings.named(in: environment)?.intervalMilliseconds
    }

    /// Whether anybody listens.
    var isActive: Bool { socket != nil && isMain }

    /// All workers are ready for the first time, or this arbiter is the only one from now on: it speaks for the service.
    mutating func takeOver(_ status: String) {
        isMain = true
        ready(status)
    }

    /// A reload is over, however it went.
    mutating func ready(_ status: String) {
        guard isMain, !isStopping else { return }
        self.status = status
        send([.ready, .status(status)])
    }

    /// A reload has begun.
    mutating func reloading() {
        if isMain { send([.reloading]) }
    }

    /// The arbiter stops; the service does too, unless an `elder` goes on.
    mutating func stopping(elder: Int32?) {
        guard isMain else { return }
        isStopping = true
        send(elder.map { [.mainProcess($0)] } ?? [.stopping])
        if elder != nil { isMain = false }
    }

    /// The successor `pid` is the service's main process from now on, and this one has nothing to say any more.
    mutating func handOver(to pid: Int32) {
        guard isMain else { return }
        send([.mainProcess(pid)])
        isMain = false
    }

    /// The successor has gone, and this arbiter goes on after all.
    mutating func resume(_ status: String) {
        if isMain { return }
        send([.mainProcess(currentProcess)])
        takeOver(status)
    }

    /// Says how the herd is, if that has changed.
    mutating func status(_ text: String) {
        guard isActive, text != status else { return }
        status = text
        send([.status(text)])
    }

    /// Gives a sign of life if one is due, and says when the next one will be, in monotonic ms.
    mutating func signOfLife(now: Int64) -> Int64? {
        guard isActive, let interval else { return nil }
        if now >= nextSign {
            nextSign = now + interval
            send([.watchdog])
        }
        return nextSign
    }

    private mutating func send(_ messages: [ServiceMessage]) {
        guard let failure = socket?.send(messages), !hasFailed else { return }
        // Said once: a manager that has gone does not come back, and there is nothing to be done about it here.
        hasFailed = true
        logger.event(.warning, "service_manager_unreachable", ["error": failure])
    }
}
