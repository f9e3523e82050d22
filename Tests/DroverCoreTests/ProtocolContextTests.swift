// Without access to the package: what a protocol from outside of the tree has.
import DroverCore
import DroverSystem
import Logging
import Synchronization
import Testing

@Suite struct ProtocolContextTests {
    private final class Lines: Sendable {
        let bytes = Mutex<[UInt8]>([])
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    @Test func accessLogTakesLinesOfAProtocolOfOnesOwn() throws {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let log = AccessLog(format: try AccessFormat("json"), logger: logger) { more in
            lines.bytes.withLock { $0 += more }
        }
        let context = ProtocolContext(
            worker: WorkerIdentity(pid: 1, slot: 0, generation: 1), logger: logger, accessLog: log)
        context.accessLog?.append { $0.append(contentsOf: #"{"status": 200}"#.utf8) }
        #expect(lines.text == "", "lines are gathered")
        log.flush()
        #expect(lines.text == "{\"status\": 200}\n")
        #expect(context.accessLog?.format.isObject == true)
    }

    @Test func pacerCountsWhatItKeepsOut() {
        let context = ProtocolContext(
            worker: WorkerIdentity(pid: 1, slot: 0, generation: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let pacer = context.pacer("wrong version")
        #expect(pacer.count(at: 1_000) == 0)
        #expect(pacer.count(at: 1_059) == nil)
        #expect(pacer.count(at: 1_060) == 1)
    }

    @Test func areaIsTheSameMemoryForEveryTransportThatNamesIt() throws {
        let context = TransportContext()
        let area = try context.areas.area("test-area", byteCount: 4_096)
        #expect(area.byteCount == 4_096)
        area.base.storeBytes(of: 7, as: UInt8.self)
        #expect(try context.areas.area("test-area", byteCount: 64).base == area.base)
        #expect(try context.areas.area("test-area", byteCount: 8_192).base != area.base, "it was too small")
    }
}
