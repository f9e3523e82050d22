import Drover
import Glibc

extension Plugin {
    /// A companion that leaves traces, if LAB_COMPANION says so: `beat`, `fail`, `hang`, `linger` or `announce`.
    static var labCompanion: Plugin {
        guard let mode = getenv("LAB_COMPANION").map({ String(cString: $0) }) else { return Plugin("lab-companion") }
        let presence: CompanionPresence = mode == "announce" ? .whileReady : .aroundWorkers
        let summary = "leaves traces for the tests"
        let companion = CompanionDefinition("tracer", summary: summary, presence: presence) { context in
            context.logger.info("companion mode=\(mode) pid=\(context.identity.pid) slot=\(context.identity.slot)")
            switch mode {
            case "fail": throw LabError(description: "LAB_COMPANION=fail: it does not want to")
            case "hang": hangForever()
            case "announce":
                let places = context.listeners.map { "\($0.protocolName)=\($0)" }
                context.logger.info("companion announces \(places.joined(separator: " "))")
                context.becomeReady()
            default: break
            }
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
            if mode == "announce" { await takeBack() }
            context.logger.info("companion said goodbye")
            if mode == "linger" { hangForever() }
        }
        return Plugin("lab-companion", companions: [companion])
    }

    /// Takes a moment, as a call to a registry would, which the cancelled task could not make itself.
    private static func takeBack() async {
        await Task.detached { try? await Task.sleep(for: .milliseconds(300)) }.value
    }
}
