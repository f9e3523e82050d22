import Drover

/// Answers each line, such as `2 + 3`, with its value.
struct Calculator: MessageProtocol {
    private static let limit = 100

    /// Answers the lines that have come whole, and leaves one that is too long to `serveMessage`.
    func step(_ connection: Connection) -> Step {
        while let line = connection.takeLine(limit: Self.limit) {
            connection.withRequest("calculate") { connection.append(Self.answer(line) + "\n") }
        }
        return connection.bufferedCount > Self.limit ? .task : .rest
    }

    func serveMessage(_ connection: Connection) async throws -> Next {
        guard let line = try await connection.readLine(limit: Self.limit) else { return .end }
        try await connection.withRequest("calculate") { try await connection.write(Self.answer(line) + "\n") }
        return .rest
    }

    static func answer(_ line: String) -> String {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let a = Int(words[0]), let b = Int(words[2]) else { return "error: write 2 + 3" }
        let (value, isImpossible) =
            switch words[1] {
            case "+": a.addingReportingOverflow(b)
            case "-": a.subtractingReportingOverflow(b)
            case "*": a.multipliedReportingOverflow(by: b)
            case "/": a.dividedReportingOverflow(by: b)
            default: (0, true)
            }
        return isImpossible ? "error: that has no value" : "\(value)"
    }
}

@main
enum Main {
    static func main() {
        Server(.serving("calculator", summary: "two numbers and what is between them") { Calculator() }).run()
    }
}
