import DroverTesting
import Testing

@testable import echo

@Test func everythingComesBack() async throws {
    #expect(try await Mirror().answers(to: "a", "zwei\r\n", "\u{0}") == "azwei\r\n\u{0}")
}
