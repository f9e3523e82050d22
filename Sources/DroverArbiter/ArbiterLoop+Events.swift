internal import DroverCore
internal import DroverSystem
internal import Logging

// What happens: signals, children's ends, and what workers have written on the scoreboard.

extension ArbiterLoop {
    mutating func readSignals() {
        var childrenMoved = false
        while let received = descriptors.signals.next() {
            let signal = received.signal
            switch signal {
            case .child: childrenMoved = true
            // The terminal sends these by itself, for a resize for instance; only a process means them as commands.
            case .windowChange, .terminalInput, .terminalOutput: if !received.isFromKernel { tell(.signal(signal)) }
            case .hangUp where terminal.isToBeOutlived && terminal.hasGone(by: received): continue
            case .hangUp where terminal.hasGone(by: received): tell(.terminalClosed)
            default:
                logger.event(.info, "signal", ["name": signal, "sender": received.sender])
                tell(.signal(signal))
            }
        }
        if childrenMoved { reapChildren() }
    }

    mutating func reapChildren() {
        // What a worker said last comes before the news of its death.
        readScoreboard()
        readSuccessor()
        while let report = nextChildReport() {
            switch report {
            case .ended(let pid, let status):
                // A worker that was killed cannot have ended what it had started; a successor's herd is its own affair.
                if case .signaled = status, pid != state.upgrade.pid { send(.kill, toGroup: pid) }
                let wasSuccessor = pid == state.upgrade.pid
                workerEnded(pid, status)
                tell(.ended(pid: pid, status))
                if wasSuccessor { successorHasLeft() }
            case .stopped(let pid): tell(.stopped(pid: pid))
            case .continued(let pid): tell(.continued(pid: pid))
            }
        }
    }

    mutating func readScoreboard() {
        for worker in state.workers {
            let row = scoreboard.row(worker.row)
            guard row.pid == worker.pid else { continue }
            if row.state.accepts, worker.isStarting { tell(.ready(pid: worker.pid, after: row.bootMicroseconds)) }
            if row.state == .retiring, !worker.isRetiring { tell(.retiring(pid: worker.pid)) }
        }
    }
}
