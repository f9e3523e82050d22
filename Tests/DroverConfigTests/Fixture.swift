import DroverCore

@testable import Drover
@testable import DroverConfig

/// A server to configure: two protocols, two applications, and a plugin with a section.
enum Fixture {
    /// What the plugin reads its section into.
    struct Cache: Sendable {
        var entries = 100
        var size = 65_536
        var age = Duration.seconds(5)
        var isEager = false
        var folder: String?
        var peers: [String]?
        var rules: SettingsNode?
    }

    static let section = PluginSection(
        "cache", Cache(),
        [
            .setting(
                "entries", \.entries, as: .integer(1...1000), flags: ["--cache-entries"], effect: .nextConnection,
                "How many."),
            .setting("size", \.size, as: .byteCount(0...Int.max), "How much."),
            .setting("age", \.age, "How long."),
            .setting("eager", \.isEager, flags: ["--cache-eager"], "Whether at once."),
            .setting("folder", \.folder, as: .path, "Where to."),
            .setting("peers", \.peers, "Who else."),
            .setting("rules", \.rules, as: .tree, "What."),
        ]
    ) { settings, node in
        if let folder = settings.folder, folder.first != "/" { throw node.issue(of: "folder", "must begin with /") }
    }

    static let vocabulary = SettingsVocabulary(
        protocols: [SettingChoice("greet", "says hello"), SettingChoice("echo", "sends back what it gets")],
        applications: [SettingChoice("hello", "greets"), SettingChoice("inspect", "describes")],
        workerClasses: [SettingChoice("async", "a task a connection"), SettingChoice("sync", "one at a time")],
        transports: [SettingChoice("plain", "bytes as they are"), SettingChoice("sealed", "bytes in envelopes")],
        negotiating: ["sealed"],
        sections: [section],
        applicationsByProtocol: ["echo": CallableApplications(["hello", "inspect"], standard: "inspect")])

    static let table = SettingsTable(vocabulary)

    /// Sources with files that are texts.
    static func sources(
        files: [String: String] = [:], environment: [String: String] = [:], cpus: Int = 6
    ) -> SettingsSources {
        SettingsSources(environment: environment, readFile: { files[$0] }, usableCPUs: { cpus })
    }

    /// What a command line asks for, with `yaml` as drover.yaml.
    static func parse(
        _ arguments: String..., yaml: String? = nil, files: [String: String] = [:], environment: [String: String] = [:],
        vocabulary: SettingsVocabulary = vocabulary
    ) -> Invocation {
        var files = files
        files["drover.yaml"] = yaml
        // In a debug build the argument parser takes a tenth of a second for nothing; the table's tests do without it.
        if arguments.isEmpty { return serve(sources(files: files, environment: environment), vocabulary) }
        return CommandLineInterface.parse(
            arguments, sources: sources(files: files, environment: environment), vocabulary: vocabulary,
            programName: "shop", version: "9.8.7")
    }
}

extension Fixture {
    /// What `serve` without flags asks for.
    private static func serve(_ sources: SettingsSources, _ vocabulary: SettingsVocabulary) -> Invocation {
        do {
            let loader = SettingsLoader(table: SettingsTable(vocabulary), sources: sources)
            return .serve(try loader.load(flags: SettingsLayer()))
        } catch {
            return .exit(.failure(error.description))
        }
    }
}

extension Invocation {
    /// The configuration to serve; nil if there is something else to do.
    var loaded: LoadedSettings? {
        if case .serve(let loaded) = self { loaded } else { nil }
    }

    /// What to print; nil if there is something to serve.
    var report: ExitReport? {
        if case .exit(let report) = self { report } else { nil }
    }

    /// The lines on standard error that name a mistake.
    var mistakes: [String] {
        (report?.errors ?? "").split(separator: "\n").map(String.init).filter { !$0.hasPrefix("shop: ") }
    }
}
