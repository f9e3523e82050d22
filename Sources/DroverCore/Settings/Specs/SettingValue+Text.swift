extension SettingValue {
    /// The value as it would be written for a flag or a variable; nil when there is none.
    package var text: String? {
        switch self {
        case .unset: nil
        case .automatic: "auto"
        case .integer(let number): String(number)
        case .duration(let time): DurationText.text(for: time)
        case .boolean(let flag): flag ? "true" : "false"
        case .string(let text): text
        case .list(let texts): texts.joined(separator: ",")
        case .byteCount(let count): ByteCountText.text(for: count)
        case .tree: ""
        }
    }
}
