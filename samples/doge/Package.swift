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
let testing: [Target.Dependency] = [
    .product(name: "DroverTesting", package: "drover"), .product(name: "EtcdTesting", package: "DogeRegistry"),
]

let package = Package(
    name: "doge",
    dependencies: [
        .package(name: "drover", path: "../.."),
        .package(path: "Packages/DogeRegistry"),
        .package(path: "Packages/DogeServer"),
    ],
    targets: [
        .target(name: "DogeWorker", dependencies: [server, drover], swiftSettings: settings),
        .executableTarget(
            name: "doge", dependencies: ["DogeWorker", server, drover] + registry, swiftSettings: settings),
        .executableTarget(
            name: "doge-lab", dependencies: ["DogeWorker", server, drover], path: "Tests/Fixtures/Lab",
            swiftSettings: settings),
        .testTarget(name: "DogeTests", dependencies: ["doge"] + registry + testing, swiftSettings: settings),
    ]
)
