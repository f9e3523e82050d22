import Glibc

/// What the laboratory's workers share; LAB_PRELOAD says how its loading goes.
struct LabPreload {
    /// The process that has loaded it.
    let loader: Int32

    /// Loads it: `fail` throws, `thread` leaves a thread running.
    static func load() throws(LabError) -> LabPreload {
        switch getenv("LAB_PRELOAD").map({ String(cString: $0) }) {
        case "fail": throw LabError(description: "LAB_PRELOAD=fail: there is nothing to share")
        case "thread": startThread(named: "lab-preload")
        default: break
        }
        return LabPreload(loader: getpid())
    }
}
