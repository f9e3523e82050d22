/// Whether `condition` holds at some moment of the next `seconds`.
public func eventually(within seconds: Double = 15, _ condition: () async throws -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if (try? await condition()) == true { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}

/// Whether `condition` holds at every look during `duration`.
public func always(for duration: Duration, _ condition: () async throws -> Bool) async -> Bool {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
        if (try? await condition()) != true { return false }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return true
}
