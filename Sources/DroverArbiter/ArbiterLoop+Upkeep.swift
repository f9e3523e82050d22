internal import DroverCore
internal import DroverSystem
internal import Logging

// What transports have to do while their generations live.

extension ArbiterLoop {
    /// When the next of them is due, in monotonic ms.
    var upkeepMoment: Int64? {
        configurations.values.flatMap(\.transports).compactMap { $0.upkeep?.nextMoment }.min()
    }

    func keepTransports() {
        let now = MonotonicClock.milliseconds()
        for configuration in configurations.values {
            for (upkeep, addresses) in configuration.upkeeps where upkeep.nextMoment.map({ $0 <= now }) == true {
                inFolder(of: configuration) { upkeep.perform(now: now, logger: logger(for: addresses)) }
            }
        }
    }

    /// Hands on what `newer` has read from files, if that is all that it has to bring.
    ///
    /// - Returns: The addresses of the listeners for which that changes something; nil when there are none, or new
    ///   workers are needed.
    func renewTransports(from newer: ServerConfiguration) -> [String]? {
        let (old, new) = (source.current.upkeeps, newer.upkeeps)
        guard old.count == new.count else { return nil }
        var renewed: [String] = []
        for (mine, theirs) in zip(old, new) {
            guard mine.addresses == theirs.addresses else { return nil }
            switch mine.upkeep.renew(from: theirs.upkeep, logger: logger(for: mine.addresses)) {
            case .unchanged: continue
            case .renewed: renewed += mine.addresses
            case .needsWorkers: return nil
            }
        }
        return renewed.isEmpty ? nil : renewed
    }

    private func logger(for addresses: [String]) -> Logger {
        var logger = logger
        logger[metadataKey: "listener"] = "\(addresses.joined(separator: ","))"
        return logger
    }
}

extension ServerConfiguration {
    /// What its transports have to do in the arbiter, each once, with the addresses that it is for.
    var upkeeps: [(upkeep: any TransportUpkeep, addresses: [String])] {
        var found: [(upkeep: any TransportUpkeep, addresses: [String])] = []
        for (listener, transport) in zip(settings.listeners, transports) {
            guard let upkeep = transport.upkeep else { continue }
            let address = listener.bind.description
            if let known = found.firstIndex(where: { $0.upkeep === upkeep }) {
                found[known].addresses.append(address)
            } else {
                found.append((upkeep, [address]))
            }
        }
        return found
    }
}
