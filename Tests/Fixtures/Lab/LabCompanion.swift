import Drover
import Glibc

extension Plugin {
    /// A companion that leaves traces, if LAB_COMPANION says so: `beat`, `fail`, `hang` or `linger`.
    static var labCompanion: Plugin {
        guard let mode = getenv("LAB_COMPANION").map({ String(cString: $0) }) else { return Plugin("lab-companion") }
        let companion = CompanionDefinition("tracer", summary: "leaves traces for the tests") { context in
            context.logger.info("companion mode=\(mode) pid=\(context.identity.pid) slot=\(context.identity.slot)")
            switch mode {
            case "fail": throw LabError(description: "LAB_COMPANION=fail: it does not want to")
            case "hang": hangForever()
            default: break
            }
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
            context.logger.info("companion said goodbye")
            if mode == "linger" { hangForever() }
        }
        return Plugin("lab-companion", companions: [companion])
    }
}
