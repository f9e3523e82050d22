/// Answers to the requests that only look.
package enum ControlReport {
    /// Answers `request`.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - snapshot: How the server is; only taken when the request asks for it.
    ///   - configuration: The configuration in force, as JSON or as a drover.yaml.
    /// - Returns: nil when it asks for something to be done.
    package static func answer(
        to request: ControlRequest, snapshot: () -> ArbiterSnapshot, configuration: (_ json: Bool) -> String
    ) -> ControlAnswer? {
        let json = request.wantsJSON
        let text: String
        switch request.command {
        case .status:
            text = json ? SnapshotJSON(snapshot: snapshot()).status : SnapshotText(snapshot: snapshot()).status
        case .workers:
            text = json ? SnapshotJSON(snapshot: snapshot()).workers : SnapshotText(snapshot: snapshot()).workers
        case .listeners:
            text = json ? SnapshotJSON(snapshot: snapshot()).listeners : SnapshotText(snapshot: snapshot()).listeners
        case .config: text = configuration(json)
        case .reload, .upgrade, .scale, .drain, .kill, .reopen, .stop: return nil
        }
        return ControlAnswer(status: 0, text: text)
    }
}
