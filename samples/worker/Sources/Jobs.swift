import Drover
import DroverHTTP

/// A server whose requests take their time and a byte for each number: `/1000` says how many primes there are below 1000.
@main
enum Jobs {
    static func main() {
        Server(
            .jobs,
            .http { request in
                guard let limit = Int(request.path.dropFirst()), 2...1_000_000_000 ~= limit else {
                    return Response(status: .notFound)
                }
                return .text("\(primes(below: limit))\n")
            }
        ).run()
    }

    private static func primes(below limit: Int) -> Int {
        var isComposite = [Bool](repeating: false, count: limit)
        var count = 0
        for number in 2..<limit where !isComposite[number] {
            count += 1
            for multiple in stride(from: number * number, to: limit, by: number) { isComposite[multiple] = true }
        }
        return count
    }
}
