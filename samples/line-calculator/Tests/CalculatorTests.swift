import DroverTesting
import Testing

@testable import calculator

@Suite struct CalculatorTests {
    @Test(arguments: [
        ("2 + 3", "5"), ("2 - 3", "-1"), ("6 * 7", "42"), ("7 / 2", "3"), ("1 / 0", "error: that has no value"),
        ("9223372036854775807 + 1", "error: that has no value"), ("2 ^ 3", "error: that has no value"),
        ("two", "error: write 2 + 3"), ("", "error: write 2 + 3"),
    ])
    func value(_ line: String, _ expected: String) async throws {
        #expect(try await Calculator().answers(to: line + "\n") == expected + "\n")
    }

    @Test func linesShareASend() async throws {
        let exchange = try await Calculator().exchange([Array("1 + 1\r\n2 + 2\n3 ".utf8), Array("+ 3\n".utf8)])
        #expect(String(decoding: exchange.bytes, as: UTF8.self) == "2\n4\n6\n")
        #expect(exchange.sends == 2 && exchange.requests == 3 && exchange.failure == nil)
        // Both pieces were answered in a step.
        #expect(exchange.tasks == 0)
    }

    @Test func lineThatIsTooLong() async throws {
        let exchange = try await Calculator().exchange([Array(repeating: 0x31, count: 1_000)])
        #expect(exchange.bytes.isEmpty && exchange.failure == .messageTooLong(limit: 100) && exchange.tasks == 1)
    }
}
