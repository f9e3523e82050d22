internal import DroverCore
internal import DroverSystem
internal import Logging

/// What a worker was busy with when the arbiter lost patience.
struct InFlightReport {
    let row: RowReference
    let pid: Int32

    /// One line a request, oldest first, as the worker cannot tell any more itself.
    func log(to logger: Logger) {
        let now = MonotonicClock.nanoseconds()
        let requests = row.inFlightRequests
        for request in requests {
            logger.event(
                .error, "request_in_flight",
                [
                    "slot": row.slot, "pid": pid, "request": request.label, "connection": request.connection,
                    "for_ms": (now - request.startedAt) / 1_000_000,
                ])
        }
        if requests.isEmpty {
            logger.event(.error, "request_in_flight", ["slot": row.slot, "pid": pid, "request": "none"])
        }
    }
}

extension Logger {
    /// Logs what the state machine has put together.
    func event(_ level: Logger.Level, _ name: String, fields: [LogField]) {
        guard level >= logLevel else { return }
        var text = "event=\(name)"
        for field in fields { text += " \(field.key)=\(quotedIfNeeded(field.value))" }
        log(level: level, "\(text)")
    }
}
