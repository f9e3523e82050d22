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

let drover = Target.Dependency.product(name: "Drover", package: "drover")
let server = Target.Dependency.product(name: "DogeServer", package: "DogeServer")
let registry: [Target.Dependency] = [
    .product(name: "DogeConfiguration", package: "DogeRegistry"),
    .product(name: "DogeRegistry", package: "DogeRegistry"),
]
let discovery = Target.Dependency.product(name: "DogeDiscovery", package: "DogeRegistry")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "doge",
    dependencies: [
        .package(name: "drover", path: "../.."),
        .package(path: "Packages/DogeRegistry"),
        .package(path: "Packages/DogeServer"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(name: "doge", dependencies: [server, drover] + registry, swiftSettings: settings),
        .executableTarget(
            name: "doge-lab", dependencies: [server, drover], path: "Tests/Fixtures/Lab", swiftSettings: settings),
        .testTarget(
            name: "DogeRegistryTests", dependencies: ["doge", discovery, drover, logging] + registry,
            swiftSettings: settings),
    ]
)
