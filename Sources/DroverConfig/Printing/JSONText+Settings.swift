import DroverCore

extension JSONText {
    /// A setting's value: times are seconds, sizes are bytes.
    static func value(_ value: SettingValue) -> String {
        switch value {
        case .unset: "null"
        case .automatic: string("auto")
        case .integer(let number), .byteCount(let number): String(number)
        case .duration(let time): DurationText.text(for: time)
        case .boolean(let flag): flag ? "true" : "false"
        case .string(let text): string(text)
        case .list(let texts): array(texts.map(string))
        case .tree(let node): tree(node)
        }
    }
}
