/// What a line of the access log says, compiled once so that a request only runs through the steps.
public struct AccessFormat: Sendable, Equatable {
    /// The steps in order.
    public let steps: [AccessStep]
    /// Whether a line is a JSON object.
    public let isObject: Bool

    init(steps: [AccessStep], isObject: Bool = false) {
        self.steps = steps
        self.isObject = isObject
    }

    /// Whether `atom` is among the steps.
    public func contains(_ atom: AccessAtom) -> Bool {
        steps.contains { step in
            switch step {
            case .text: false
            case .atom(let own), .member(_, let own): own == atom
            }
        }
    }
}

extension AccessFormat {
    /// The formats that have a name.
    public static let names = ["common", "combined", "json"]

    /// What the name of a format stands for; nil for any other text.
    static func named(_ name: String) -> AccessFormat? {
        switch name {
        case "common": AccessFormat(steps: common)
        case "combined": AccessFormat(steps: combined)
        case "json": AccessFormat(steps: members, isObject: true)
        default: nil
        }
    }

    private static let common: [AccessStep] = [
        .atom(.remote), .text(" "), .atom(.identity), .text(" "), .atom(.user), .text(" "), .atom(.time), .text(" \""),
        .atom(.requestLine), .text("\" "), .atom(.status), .text(" "), .atom(.bytesOrDash),
    ]

    private static let combined =
        common + [.text(" \""), .atom(.referer), .text("\" \""), .atom(.userAgent), .text("\"")]

    private static let members: [AccessStep] = [
        .member("time", .time), .member("id", .requestID), .member("remote", .remote), .member("user", .user),
        .member("method", .method), .member("path", .path), .member("query", .query), .member("version", .version),
        .member("host", .requestField("host")), .member("status", .status), .member("bytes", .bytes),
        .member("duration_us", .microseconds), .member("queue_us", .queueMicroseconds),
        .member("referer", .referer), .member("user_agent", .userAgent), .member("pid", .process),
    ]
}
