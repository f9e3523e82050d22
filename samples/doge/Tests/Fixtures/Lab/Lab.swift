import DogeServer
import DogeWorker
import Drover
import Glibc

/// The server that the interoperability tests and the benchmark call: a method for everything they want to see.
@main
enum Lab {
    struct Point: Codable, Sendable {
        var x: Int
        var y: Int
    }

    static func main() throws {
        let metrics = try MetricsFilter()
        // The benchmark measures what a call costs without filters.
        let filters: [any DogeFilter] = getenv("DOGE_LAB_FILTERS") == nil ? [] : [metrics, TracingFilter()]
        Server(
            .doge(filters: filters) { service in
                service.register("sum") { (a: Int, b: Int) in a &+ b }
                service.register("echo", raw: { _, arguments in arguments.first ?? .null })
                service.register("all", raw: { _, arguments in .array(arguments) })
                service.register("greet") { (name: String, title: String?) in "\(title.map { $0 + " " } ?? "")\(name)" }
                service.register("reverse") { (bytes: [UInt8]) in bytes.reversed() as [UInt8] }
                service.register("half") { (number: Double) in number / 2 }
                service.register("mirror") { (point: Point) in Point(x: point.y, y: point.x) }
                service.register("count") { (words: [String: Int]) in words.values.reduce(0, +) }
                service.register("pid") { Int(getpid()) }
                service.register("meta") { (call: DogeCall) in call.meta }
                service.register("divide") { (a: Int, b: Int) throws -> Int in
                    if b == 0 { throw DogeError("division by zero") }
                    return a / b
                }
                service.register("fail") { () throws -> Int in throw CancellationError() }
                service.register("empty") { () throws -> Int in throw DogeError("") }
                service.register("sleep") { (milliseconds: Int) async throws -> Int in
                    try await Task.sleep(for: .milliseconds(milliseconds))
                    return milliseconds
                }
                service.register("impatient", deadline: .milliseconds(50)) { () async throws in
                    try await Task.sleep(for: .seconds(60))
                    return true
                }
                service.register("metrics") { metrics.text }
            }, .dogeWorker
        ).run()
    }
}
