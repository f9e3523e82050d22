// swift-tools-version: 6.2
import PackageDescription

// Linux only: epoll, signalfd and fork(2) are the subject, not an implementation detail.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

// `make fuzz` builds with libFuzzer's eyes in our own code; nobody else pays for them.
let isFuzzing = Context.environment["DROVER_FUZZ"] != nil
let fuzzing: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : []

/// A library target with the settings that every target here shares.
func floor(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings + fuzzing)
}

/// A library target under Plugins, which may use no more of the floors below than a package from elsewhere.
func plugin(_ name: String, path: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, packageAccess: false, swiftSettings: settings + fuzzing)
}

/// An executable target with the shared settings.
func command(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

/// A test target with the shared settings.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "drover",
    products: [
        .library(name: "Drover", targets: ["Drover"]),
        .library(name: "DroverHTTP", targets: ["DroverHTTP"]),
        .library(name: "DroverHTTPMessages", targets: ["DroverHTTPMessages"]),
        .library(name: "DroverTLS", targets: ["DroverTLS"]),
        .library(name: "DroverUWSGI", targets: ["DroverUWSGI"]),
        .library(name: "DroverHTTPFiles", targets: ["DroverHTTPFiles"]),
        .library(name: "DroverLineRPC", targets: ["DroverLineRPC"]),
        .library(name: "DroverLineRPCClient", targets: ["DroverLineRPCClient"]),
        .library(name: "DroverLineRPCMessages", targets: ["DroverLineRPCMessages"]),
        .library(name: "DroverSignatures", targets: ["DroverSignatures"]),
        .library(name: "DroverSystem", targets: ["DroverSystem"]),
        .library(name: "DroverBytes", targets: ["DroverBytes"]),
        .library(name: "DroverTesting", targets: ["DroverTesting"]),
        .executable(name: "drover", targets: ["DroverCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    ],
    targets: [
        // Floor 0: what Swift cannot import.
        .target(name: "CDrover"),
        // Floor 1: the only door to libc.
        floor("DroverSystem", ["CDrover"]),
        // Beside it: copies between spans, arrays and texts, for all who read and write bytes.
        floor("DroverBytes"),
        // Floor 2: contracts and values.
        floor("DroverCore", ["DroverSystem", "DroverBytes", logging]),
        // Floor 3: three siblings that meet only above.
        floor("DroverArbiter", ["DroverSystem", "DroverCore", logging]),
        floor("DroverWorkers", ["DroverSystem", "DroverCore", logging]),
        floor("DroverConfig", ["DroverSystem", "DroverCore", arguments, yams]),
        // Floor 4: the facade, and the plugins beside it.
        floor(
            "Drover",
            ["DroverSystem", "DroverCore", "DroverArbiter", "DroverWorkers", "DroverConfig", arguments, logging]),
        plugin("DroverJSONReading", path: "Plugins/JSONReading"),
        plugin(
            "DroverHTTPMessages", path: "Plugins/HTTPMessages",
            ["DroverSystem", "DroverBytes", "DroverCore", "DroverJSONReading", httpTypes, logging]),
        plugin("DroverSignatures", path: "Plugins/Signatures", ["DroverCore"]),
        plugin(
            "DroverHTTP", path: "Plugins/HTTP",
            ["DroverSystem", "DroverCore", "DroverHTTPMessages", "DroverSignatures", logging]),
        plugin(
            "DroverUWSGI", path: "Plugins/UWSGI",
            ["DroverSystem", "DroverCore", "DroverHTTPMessages", "DroverSignatures", logging]),
        plugin(
            "DroverHTTPApplications", path: "Plugins/HTTPApplications",
            ["DroverSystem", "DroverCore", "DroverHTTPMessages"]),
        plugin(
            "DroverHTTPFiles", path: "Plugins/HTTPFiles",
            ["DroverSystem", "DroverBytes", "DroverCore", "DroverHTTPMessages"]),
        plugin(
            "DroverLineRPCMessages", path: "Plugins/LineRPCMessages",
            ["DroverBytes", "DroverCore", "DroverJSONReading"]),
        plugin(
            "DroverLineRPC", path: "Plugins/LineRPC",
            [
                "DroverSystem", "DroverBytes", "DroverCore", "DroverJSONReading", "DroverLineRPCMessages",
                "DroverSignatures", logging,
            ]),
        plugin(
            "DroverLineRPCClient", path: "Plugins/LineRPCClient",
            ["DroverSystem", "DroverBytes", "DroverCore", "DroverLineRPCMessages"]),
        .systemLibrary(
            name: "COpenSSL", path: "Plugins/TLS/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "DroverTLS",
            dependencies: ["COpenSSL", "DroverSystem", "DroverCore", "DroverSignatures", logging],
            path: "Plugins/TLS", exclude: ["COpenSSL"], packageAccess: false, swiftSettings: settings),
        // Floor 5: the command, and the laboratory that tests drive. What tests start is no product of ours, so it has the
        // name of its program.
        command(
            "DroverCommand",
            [
                "Drover", "DroverHTTP", "DroverUWSGI", "DroverHTTPApplications", "DroverHTTPFiles", "DroverLineRPC",
                "DroverTLS",
            ]),
        command(
            "drover-lab", path: "Tests/Fixtures/Lab",
            [
                "Drover", "DroverBytes", "DroverCore", "DroverHTTP", "DroverHTTPMessages", "DroverUWSGI",
                "DroverHTTPApplications", "DroverHTTPFiles", "DroverLineRPC", "DroverLineRPCClient", "DroverTLS",
                "DroverSystem",
            ]),
        command("drover-fork-safety", path: "Tests/Fixtures/ForkSafety", ["Drover"]),
        command("DroverParsing", path: "Tests/Fixtures/Parsing", ["DroverHTTPMessages"]),
        command("DroverProcesses", path: "Tests/Fixtures/Processes", ["DroverSystem"]),

        // Tests: a target for each floor, then the real thing as a process.
        tests("DroverSystemTests", ["DroverSystem", "DroverTestSupport", "DroverProcesses"]),
        tests("DroverCoreTests", ["DroverCore", "DroverSystem", "DroverBytes", "DroverTestSupport", logging]),
        tests("DroverArbiterTests", ["DroverArbiter", "DroverCore", "DroverSystem", "DroverTestSupport", logging]),
        tests("DroverWorkersTests", ["DroverWorkers", "DroverCore", "DroverSystem", "DroverTestSupport"]),
        tests(
            "DroverConfigTests",
            [
                "Drover", "DroverArbiter", "DroverConfig", "DroverCore", "DroverSystem", "DroverTestSupport",
                "DroverWorkers", logging,
            ]),

        tests(
            "DroverHTTPTests",
            [
                "DroverHTTP", "DroverHTTPMessages", "DroverHTTPApplications", "DroverHTTPFiles", "DroverCore",
                "DroverSystem", "DroverTestSupport", "DroverScriptedSupport", "DroverFuzzTargets", logging, httpTypes,
            ]),
        tests(
            "DroverUWSGITests",
            [
                "DroverUWSGI", "DroverHTTPMessages", "DroverHTTPApplications", "DroverCore", "DroverSystem",
                "DroverTestSupport", "DroverScriptedSupport", "DroverCommand", logging,
            ]),
        tests(
            "DroverLineRPCTests",
            ["DroverLineRPC", "DroverLineRPCMessages", "DroverCore", "DroverSystem", "DroverScriptedSupport", logging]),
        tests("DroverTLSTests", ["DroverTLS", "DroverCore", "DroverSystem", "DroverTestSupport"]),
        // What a package from elsewhere can do: without access to the internals of this one.
        .testTarget(
            name: "PublicFloorTests",
            dependencies: [
                "Drover", "DroverSystem", "DroverBytes", "DroverHTTPFiles", "DroverHTTPMessages",
                "DroverLineRPCMessages", "DroverUWSGI", "DroverTesting", "DroverTestSupport", logging,
            ],
            packageAccess: false, swiftSettings: settings),
        floor("DroverTestPrograms", path: "Tests/Programs"),
        floor("DroverTestSupport", path: "Tests/Support", ["DroverTestPrograms"]),
        // For those who test protocols and servers of their own.
        floor(
            "DroverTesting", path: "Tests/Testing",
            ["DroverCore", "DroverSystem", "DroverScriptedSupport", "DroverTestPrograms"]),
        floor("DroverScriptedSupport", path: "Tests/ScriptedSupport", ["DroverBytes", "DroverCore", "DroverSystem"]),
        floor(
            "DroverFuzzTargets", path: "Tests/Fuzz/Targets",
            [
                "DroverHTTPMessages", "DroverHTTPFiles", "DroverUWSGI", "DroverLineRPCMessages", "DroverCore",
                "DroverSystem", "DogeMessagePack",
            ]),
        // The sample's codec, to be fuzzed with the others; under a name that the sample's own package does not have.
        floor("DogeMessagePack", path: "samples/doge/Packages/MessagePack/Sources/MessagePack"),
        tests(
            "IntegrationTests",
            [
                "DroverTestSupport", "DroverCommand", "drover-lab", "drover-fork-safety", "DroverLineRPCClient",
                "DroverTLS", "DroverCore", "DroverSystem",
            ]),
        tests("ChaosTests", ["DroverTestSupport", "drover-lab"]),
    ]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "DroverFuzz", dependencies: ["DroverFuzzTargets"], path: "Tests/Fuzz/Driver",
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
