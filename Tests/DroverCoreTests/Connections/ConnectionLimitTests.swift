import Testing

@testable import DroverCore

@Suite struct ConnectionLimitTests {
    @Test func protocolsOwnIdleTimeCountsBeforeKeepalive() {
        var timeouts = TimeoutSettings()
        timeouts.keepalive = .seconds(2)
        #expect(ConnectionLimits(timeouts).idle == 2_000)
        #expect(ConnectionLimits(timeouts, idle: .seconds(300)).idle == 300_000)
    }

    @Test func noughtIsNoKeepaliveButNoLimitForAProtocolOfItsOwn() {
        var timeouts = TimeoutSettings()
        timeouts.keepalive = .zero
        #expect(ConnectionLimits(timeouts).idle == 0)
        #expect(ConnectionLimits(timeouts, idle: .zero).idle > 1 << 60)
    }
}
