// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func command(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let drover = Target.Dependency.product(name: "Drover", package: "drover")
let signatures = Target.Dependency.product(name: "DroverSignatures", package: "drover")
let testing = Target.Dependency.product(name: "DroverTesting", package: "drover")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nio = [
    Target.Dependency.product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "doge",
    dependencies: [
        .package(name: "drover", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Values, which know no socket.
        library("MessagePack"),
        library("DogeMessages", ["MessagePack"]),
        library("DogeConfiguration", [yams]),
        // Where a service's servers are.
        library("DogeDiscovery"),
        library("DogeRegistry", ["DogeConfiguration", "DogeDiscovery", drover, httpClient, logging, nioHTTP] + nio),
        // Both ends of a connection.
        library("DogeServer", ["DogeMessages", "MessagePack", drover, signatures, logging]),
        library("DogeClient", ["DogeConfiguration", "DogeDiscovery", "DogeMessages", "MessagePack", logging] + nio),
        command("doge", ["DogeConfiguration", "DogeRegistry", "DogeServer", drover]),
        command(
            "doge-demo",
            ["DogeClient", "DogeConfiguration", "DogeDiscovery", "DogeRegistry", arguments, logging] + nio),
        .executableTarget(
            name: "doge-lab", dependencies: ["DogeServer", drover], path: "Tests/Fixtures/Lab", swiftSettings: settings),
        tests("MessagePackTests", ["DogeMessages", "MessagePack"]),
        tests("DogeServerTests", ["DogeMessages", "DogeServer", "MessagePack", drover, testing, logging]),
        tests(
            "DogeClientTests",
            ["DogeClient", "DogeConfiguration", "DogeDiscovery", "DogeMessages", "MessagePack"] + nio),
        tests(
            "DogeRegistryTests", ["doge", "DogeConfiguration", "DogeDiscovery", "DogeRegistry", drover, logging]),
    ]
)
