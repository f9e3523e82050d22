import DroverCore
import DroverSystem

/// The type of a field of `Settings` that a row of the table can fill.
protocol SettingConvertible: SendableMetatype {
    /// Takes a value that the row's type has let through.
    init(_ value: SettingValue)
    /// The value again.
    var settingValue: SettingValue { get }
}

extension SettingValue {
    /// The row of a table says one type and its field is of another: no input can mend that.
    fileprivate func mismatch(_ type: Any.Type) -> Never {
        fatalError("a setting's type does not fit its field: \(self) for \(type)")
    }
}

extension Int: SettingConvertible {
    init(_ value: SettingValue) {
        switch value {
        case .integer(let number), .byteCount(let number): self = number
        default: value.mismatch(Self.self)
        }
    }

    var settingValue: SettingValue { .integer(self) }
}

extension Duration: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .duration(let time) = value else { value.mismatch(Self.self) }
        self = time
    }

    var settingValue: SettingValue { .duration(self) }
}

extension Bool: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .boolean(let flag) = value else { value.mismatch(Self.self) }
        self = flag
    }

    var settingValue: SettingValue { .boolean(self) }
}

extension String: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .string(let text) = value else { value.mismatch(Self.self) }
        self = text
    }

    var settingValue: SettingValue { .string(self) }
}

extension Optional: SettingConvertible where Wrapped: SettingConvertible {
    init(_ value: SettingValue) {
        self = value == .unset ? nil : Wrapped(value)
    }

    var settingValue: SettingValue { self?.settingValue ?? .unset }
}

extension AcceptMode: SettingConvertible {
    init(_ value: SettingValue) {
        switch value {
        // gunicorn's reuse_port is the same choice as a yes or no.
        case .boolean(let reuse): self = reuse ? .reuseport : .shared
        case .string(let name): self = AcceptMode(rawValue: name) ?? .shared
        default: value.mismatch(Self.self)
        }
    }

    var settingValue: SettingValue { .string(rawValue) }
}

extension ProxyProtocolMode: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .string(let name) = value, let mode = Self(rawValue: name) else { value.mismatch(Self.self) }
        self = mode
    }

    var settingValue: SettingValue { .string(rawValue) }
}

extension UpgradeMode: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .string(let name) = value else { value.mismatch(Self.self) }
        self = UpgradeMode(rawValue: name) ?? .automatic
    }

    var settingValue: SettingValue { .string(rawValue) }
}

extension AddressRanges: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .list(let texts) = value, let ranges = try? AddressRanges(parsing: texts) else {
            value.mismatch(Self.self)
        }
        self = ranges
    }

    var settingValue: SettingValue { .list(ranges.map(\.description)) }
}

extension ProtocolAlternatives: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .list(let texts) = value else { value.mismatch(Self.self) }
        self.init(texts)
    }

    var settingValue: SettingValue { .list(entries.map(\.text)) }
}

extension FileMode: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .string(let text) = value, let mode = FileMode(octal: text) else { value.mismatch(Self.self) }
        self = mode
    }

    var settingValue: SettingValue { .string(description) }
}

extension Array: SettingConvertible where Element == EnvironmentVariable {
    init(_ value: SettingValue) {
        guard case .list(let pairs) = value else { value.mismatch(Self.self) }
        self = pairs.map { pair in
            let name = pair.prefix { $0 != "=" }
            return EnvironmentVariable(String(name), String(pair.dropFirst(name.count + 1)))
        }
    }

    var settingValue: SettingValue { .list(map { "\($0.name)=\($0.value)" }) }
}
