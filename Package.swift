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

/// A library target with the settings that every target here shares.
func floor(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
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
        .library(name: "DroverTLS", targets: ["DroverTLS"]),
        .library(name: "DroverHTTPFiles", targets: ["DroverHTTPFiles"]),
        .executable(name: "drover", targets: ["DroverCommand"]),
        .executable(name: "drover-lab", targets: ["DroverLab"]),
        .executable(name: "drover-fork-safety", targets: ["DroverForkSafety"]),
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
        // Floor 2: contracts and values.
        floor("DroverCore", ["DroverSystem", logging]),
        // Floor 3: three siblings that meet only above.
        floor("DroverArbiter", ["DroverSystem", "DroverCore", logging]),
        floor("DroverWorkers", ["DroverSystem", "DroverCore", logging]),
        floor("DroverConfig", ["DroverSystem", "DroverCore", arguments, yams]),
        // Floor 4: the facade, and the plugins beside it.
        floor(
            "Drover",
            ["DroverSystem", "DroverCore", "DroverArbiter", "DroverWorkers", "DroverConfig", arguments, logging]),
        floor("DroverHTTPMessages", path: "Plugins/HTTPMessages", ["DroverSystem", "DroverCore", httpTypes]),
        floor("DroverHTTP", path: "Plugins/HTTP", ["DroverSystem", "DroverCore", "DroverHTTPMessages", logging]),
        floor(
            "DroverHTTPApplications", path: "Plugins/HTTPApplications",
            ["DroverSystem", "DroverCore", "DroverHTTPMessages"]),
        floor("DroverHTTPFiles", path: "Plugins/HTTPFiles", ["DroverSystem", "DroverCore", "DroverHTTPMessages"]),
        .systemLibrary(
            name: "COpenSSL", path: "Plugins/TLS/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "DroverTLS", dependencies: ["COpenSSL", "DroverSystem", "DroverCore", logging], path: "Plugins/TLS",
            exclude: ["COpenSSL"], swiftSettings: settings),
        // Floor 5: the command, and the laboratory that tests drive.
        command("DroverCommand", ["Drover", "DroverHTTP", "DroverHTTPApplications", "DroverHTTPFiles", "DroverTLS"]),
        command(
            "DroverLab", path: "Tests/Fixtures/Lab",
            [
                "Drover", "DroverCore", "DroverHTTP", "DroverHTTPMessages", "DroverHTTPApplications", "DroverHTTPFiles",
                "DroverTLS",
            ]),
        command("DroverForkSafety", path: "Tests/Fixtures/ForkSafety", ["Drover"]),
        command("DroverProcesses", path: "Tests/Fixtures/Processes", ["DroverSystem"]),

        // Tests: a target for each floor, then the real thing as a process.
        tests("DroverSystemTests", ["DroverSystem", "DroverTestSupport", "DroverProcesses"]),
        tests("DroverCoreTests", ["DroverCore", "DroverSystem"]),
        tests("DroverArbiterTests", ["DroverArbiter", "DroverCore", "DroverSystem", "DroverTestSupport", logging]),
        tests("DroverWorkersTests", ["DroverWorkers", "DroverCore", "DroverSystem", "DroverTestSupport"]),
        tests(
            "DroverConfigTests",
            ["Drover", "DroverArbiter", "DroverConfig", "DroverCore", "DroverSystem", "DroverTestSupport"]),

        tests(
            "DroverHTTPTests",
            [
                "DroverHTTP", "DroverHTTPMessages", "DroverHTTPApplications", "DroverHTTPFiles", "DroverCore",
                "DroverSystem", "DroverTestSupport", logging, httpTypes,
            ]),
        floor("DroverTestSupport", path: "Tests/Support", []),
        tests("IntegrationTests", ["DroverTestSupport", "DroverCommand", "DroverLab", "DroverForkSafety"]),
        tests("ChaosTests", ["DroverTestSupport", "DroverLab"]),
    ]
)
