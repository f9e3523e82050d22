import ArgumentParser
import DroverCore

extension SettingRow {
    /// The argument parser's name for the row's option; a dot would mean a nested one.
    var optionKey: OptionKey { OptionKey(stringValue: String(path.map { $0 == "." ? "/" : $0 })) }

    /// The argument parser's description of the row's option.
    var option: Any {
        let short = spec.shortFlag.map { [NameSpecification.Element.customShort($0, allowingJoined: true)] } ?? []
        let names = NameSpecification(spec.flags.map { .customLong(String($0.dropFirst(2))) } + short)
        let help = ArgumentHelp(spec.summary + usageNote, valueName: spec.type.placeholder)
        switch optionKind {
        case .action: return Flag<Bool>(wrappedValue: false, name: names, help: help)
        case .flag: return Flag<Bool?>(name: names, inversion: .prefixedNo, exclusivity: .chooseLast, help: help)
        case .one: return Option<String?>(name: names, help: help, completion: completion)
        case .many: return Option<[String]>(wrappedValue: [], name: names, parsing: .singleValue, help: help)
        }
    }

    /// What the parser found for the row's option; nil when it was not given.
    func node(in values: KeyedDecodingContainer<OptionKey>) throws -> SettingsNode? {
        let place = SettingsPlace.flag(spec.flags[0])
        switch optionKind {
        case .action:
            let isOn = try values.decode(Flag<Bool>.self, forKey: optionKey).wrappedValue
            return isOn ? .text("true", at: place) : nil
        case .flag:
            let isOn = try values.decode(Flag<Bool?>.self, forKey: optionKey).wrappedValue
            return isOn.map { $0 ? .text("true", at: place) : .text("false", at: .flag(inverseFlag)) }
        case .one:
            let text = try values.decode(Option<String?>.self, forKey: optionKey).wrappedValue
            return text.map { .text($0, at: place) }
        case .many:
            let texts = try values.decode(Option<[String]>.self, forKey: optionKey).wrappedValue
            return texts.isEmpty ? nil : SettingsNode(.list(texts.map { .text($0, at: place) }), at: place)
        }
    }

    private enum OptionKind {
        case action, flag, one, many
    }

    private var optionKind: OptionKind {
        if spec.type == .boolean { return group == .commandLine ? .action : .flag }
        return spec.type.isRepeatable ? .many : .one
    }

    private var inverseFlag: String { "--no-" + spec.flags[0].dropFirst(2) }

    /// The names there are, and the default.
    private var usageNote: String {
        var notes: [String] = []
        if !choices.isEmpty { notes.append("one of: " + choices.map(\.name).joined(separator: ", ")) }
        if let text = shownDefault, spec.type != .boolean { notes.append("default: \(text)") }
        return notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    }

    private var completion: CompletionKind? {
        switch spec.type {
        case .path: .file()
        case .choice(let choices, _): .list(choices.map(\.name))
        default: nil
        }
    }
}
