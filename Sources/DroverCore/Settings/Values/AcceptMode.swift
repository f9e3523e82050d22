/// Who takes a new connection when several workers wait for one.
package enum AcceptMode: String, Sendable, Hashable, CaseIterable, ChoosableSetting {
    /// All workers wait on one socket and one queue.
    case shared
    /// Every slot has a socket of its own, and the kernel deals connections out, SO_REUSEPORT in socket(7).
    case reuseport

    package static let settingNoun = "accept mode"

    package init?(settingValue: SettingValue) {
        switch settingValue {
        // gunicorn's reuse_port is the same choice as a yes or no.
        case .boolean(let reuse): self = reuse ? .reuseport : .shared
        case .string(let name): self.init(rawValue: name)
        default: return nil
        }
    }
}
