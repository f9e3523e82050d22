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

let registry: [Target.Dependency] = [
    .product(name: "DogeConfiguration", package: "DogeRegistry"),
    .product(name: "DogeDiscovery", package: "DogeRegistry"),
]
let etcd = Target.Dependency.product(name: "DogeRegistry", package: "DogeRegistry")
let messages: [Target.Dependency] = [
    .product(name: "DogeMessages", package: "MessagePack"), .product(name: "MessagePack", package: "MessagePack"),
]
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "DogeClient",
    products: [
        .library(name: "DogeClient", targets: ["DogeClient"]),
        .executable(name: "doge-demo", targets: ["doge-demo"]),
    ],
    dependencies: [
        .package(path: "../DogeRegistry"),
        .package(path: "../MessagePack"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(name: "DogeClient", dependencies: registry + messages + nio + [logging], swiftSettings: settings),
        .executableTarget(
            name: "doge-demo", dependencies: ["DogeClient", etcd, arguments, logging] + registry + nio,
            swiftSettings: settings),
        .testTarget(
            name: "DogeClientTests", dependencies: ["DogeClient"] + registry + messages + nio, swiftSettings: settings),
    ]
)
