import DroverCore

@testable import Drover
@testable import DroverConfig

/// A server to configure: two protocols, two applications, and a plugin with a section.
enum Fixture {
    static let section = PluginSection(
        "cache",
        settings: [
            SettingSpec(
                "entries", .integer(1...1000), default: "100", flags: ["--cache-entries"], effect: .nextConnection,
                "How many."),
            SettingSpec("size", .byteCount(0...Int.max), default: "64k", "How much."),
            SettingSpec("age", .duration, default: "5", "How long."),
            SettingSpec("eager", .boolean, default: "false", flags: ["--cache-eager"], "Whether at once."),
            SettingSpec("folder", .path, default: nil, "Where to."),
            SettingSpec("peers", .list, default: nil, "Who else."),
            SettingSpec("rules", .tree, default: nil, "What."),
        ],
        check: { node in
            guard let folder = node["folder"] else { return }
            if try folder.string().first != "/" { throw folder.issue("must begin with /") }
        })

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
