import Testing

@testable import DroverCore
@testable import DroverSystem

@Suite struct SharedBulletinTests {
    private func bulletin(_ byteCount: Int = 4096) throws -> SharedBulletin {
        let region = try SharedRegion(byteCount: byteCount)
        return SharedBulletin(in: region)
    }

    @Test func whatIsPublishedIsReadOnce() throws {
        let bulletin = try bulletin()
        #expect(bulletin.version == 0)
        #expect(bulletin.read(otherThan: 0) == nil)
        #expect(bulletin.publish([1, 2, 3]))
        let first = try #require(bulletin.read(otherThan: 0))
        #expect(first.bytes == [1, 2, 3])
        #expect(bulletin.read(otherThan: first.version) == nil)
        #expect(bulletin.publish([]))
        #expect(bulletin.read(otherThan: first.version)?.bytes == [])
    }

    @Test func whatIsTooLargeIsRefusedAndChangesNothing() throws {
        let bulletin = try bulletin(128)
        #expect(bulletin.publish([1]))
        #expect(!bulletin.publish([UInt8](repeating: 2, count: 65)))
        #expect(bulletin.read(otherThan: 0)?.bytes == [1])
        #expect(bulletin.publish([UInt8](repeating: 3, count: 64)))
    }

    /// Readers see one publication or another, never a mixture.
    @Test func readersSeeNoMixture() async throws {
        let bulletin = try bulletin()
        let rounds = 20_000
        async let mixtures = Task.detached {
            var mixtures = 0
            var known: UInt64 = 0
            while known < UInt64(rounds) * 2 {
                guard let (version, bytes) = bulletin.read(otherThan: known) else { continue }
                known = version
                if bytes.contains(where: { $0 != bytes[0] }) || bytes.count != Int(bytes[0]) + 100 { mixtures += 1 }
            }
            return mixtures
        }.value
        for round in 0..<rounds {
            let value = UInt8(truncatingIfNeeded: round % 100)
            #expect(bulletin.publish([UInt8](repeating: value, count: Int(value) + 100)))
        }
        #expect(await mixtures == 0)
    }

    @Test func areasAreHandedOverByTheirDescriptors() throws {
        let elder = SharedAreas()
        let area = try elder.area("tickets", byteCount: 4096)
        #expect(try elder.area("tickets", byteCount: 4096).descriptor == area.descriptor)
        area.base.storeBytes(of: 42, as: Int.self)
        #expect(elder.descriptors == [area.descriptor])
        let copy = try Descriptor(owning: area.descriptor).duplicate().release()
        let successor = SharedAreas(handedOver: "\(copy) tickets\nnonsense\n-1 gone")
        #expect(try successor.area("tickets", byteCount: 4096).base.load(as: Int.self) == 42)
        #expect(try successor.area("other", byteCount: 64).base.load(as: Int.self) == 0)
    }
}
