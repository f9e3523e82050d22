import Drover
import DroverLineRPC
import DroverSystem

extension RPCApplication {
    /// Methods that wait, block, fail and tell, as they are asked to.
    static var lab: RPCApplication {
        RPCApplication("lab-methods", summary: "methods that wait, block, fail and tell") { _, methods in
            methods.addLab()
        }
    }
}

/// Somebody to greet.
struct LabPerson: Codable, Sendable {
    let name: String
    let age: Int?
}

extension RPCMethods {
    fileprivate mutating func addLab() {
        let heard = HeardLines()
        register("wait") { (milliseconds: Int, text: String) async throws in
            try await Task.sleep(for: .milliseconds(milliseconds))
            return text
        }
        register("block", beside: true) { (milliseconds: Int, text: String) in
            pauseThread(milliseconds: Int64(milliseconds))
            return text
        }
        // Goes on though it is cancelled.
        register("stubborn", deadline: .milliseconds(200)) { (milliseconds: Int) async throws in
            await Task.detached { try? await Task.sleep(for: .milliseconds(milliseconds)) }.value
            return milliseconds
        }
        register("late", deadline: .milliseconds(200)) { (milliseconds: Int) async throws in
            try await Task.sleep(for: .milliseconds(milliseconds))
            return "in time"
        }
        register("greet") { (person: LabPerson) in "Hello, \(person.name)\(person.age.map { ", \($0)" } ?? "")" }
        register("join", params: ["a", "b", "c"]) { (a: String, b: Double, c: [Bool]?) in
            "\(a) \(b) \(c.map { "\($0)" } ?? "-")"
        }
        register("fail") { (isPolite: Bool) -> String in
            if isPolite { throw RPCError(7, "no", data: RawJSON("[1]")) }
            throw LabFailure()
        }
        register("big") { (count: Int) in String(repeating: "x", count: count) }
        registerNotification("log") { (line: String) in heard.add(line) }
        register("heard") { heard.all }
        register("subscribe") { (call: RPCCall, count: Int) in
            for number in 1...count { try call.peer.notify("tick", number) }
            return count
        }
        register("later") { (call: RPCCall, milliseconds: Int) in
            let peer = call.peer
            Task {
                try await Task.sleep(for: .milliseconds(milliseconds))
                try peer.notify("later", named: LabPerson(name: "x", age: nil))
            }
            return true
        }
        let poured = HeardLines()
        register("pour") { (call: RPCCall) in
            let peer = call.peer
            Task {
                var sent = 0
                do {
                    while true {
                        try peer.notify("pour", String(repeating: "y", count: 10_000))
                        sent += 1
                        try await Task.sleep(for: .milliseconds(1))
                    }
                } catch {
                    poured.add("\(sent) \(error)")
                }
            }
            return true
        }
        register("poured") { poured.all }
        register("flood") { (call: RPCCall) in
            var sent = 0
            do {
                while true {
                    try call.peer.notify("flood", String(repeating: "y", count: 10_000))
                    sent += 1
                }
            } catch let error as RPCPeerError {
                return "\(sent) \(error)"
            }
        }
    }
}

private struct LabFailure: Error, CustomStringConvertible {
    let description = "secret of the laboratory"
}

/// What notifications have said.
private final class HeardLines: @unchecked Sendable {
    private let lock = Lock()
    private var lines: [String] = []

    func add(_ line: String) {
        lock.withLock { lines.append(line) }
    }

    var all: [String] { lock.withLock { lines } }
}
