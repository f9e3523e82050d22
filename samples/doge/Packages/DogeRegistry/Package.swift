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
let testing = Target.Dependency.product(name: "DroverTesting", package: "drover")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let etcd: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "DogeRegistry",
    products: [
        .library(name: "DogeConfiguration", targets: ["DogeConfiguration"]),
        .library(name: "DogeDiscovery", targets: ["DogeDiscovery"]),
        .library(name: "DogeRegistry", targets: ["DogeRegistry"]),
        // An etcd of the test's own, for tests of what is entered there.
        .library(name: "EtcdTesting", targets: ["EtcdTesting"]),
    ],
    dependencies: [
        .package(name: "drover", path: "../../../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .target(name: "DogeConfiguration", dependencies: [yams], swiftSettings: settings),
        .target(name: "DogeDiscovery", swiftSettings: settings),
        .target(
            name: "DogeRegistry", dependencies: ["DogeConfiguration", "DogeDiscovery", drover, logging] + etcd,
            swiftSettings: settings),
        .target(
            name: "EtcdTesting", dependencies: ["DogeConfiguration", "DogeRegistry", testing],
            path: "Tests/EtcdTesting",
            swiftSettings: settings),
        .testTarget(
            name: "DogeRegistryTests",
            dependencies: [
                "DogeConfiguration", "DogeDiscovery", "DogeRegistry", "EtcdTesting", drover, testing, logging,
            ],
            swiftSettings: settings),
    ]
)
