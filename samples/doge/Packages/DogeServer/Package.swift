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
let bytes = Target.Dependency.product(name: "DroverBytes", package: "drover")
let signatures = Target.Dependency.product(name: "DroverSignatures", package: "drover")
let testing = Target.Dependency.product(name: "DroverTesting", package: "drover")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let messages: [Target.Dependency] = [
    .product(name: "DogeMessages", package: "MessagePack"), .product(name: "MessagePack", package: "MessagePack"),
]

let package = Package(
    name: "DogeServer",
    products: [.library(name: "DogeServer", targets: ["DogeServer"])],
    dependencies: [
        .package(name: "drover", path: "../../../.."),
        .package(path: "../MessagePack"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .target(
            name: "DogeServer", dependencies: [drover, bytes, signatures, logging] + messages, swiftSettings: settings),
        .testTarget(
            name: "DogeServerTests", dependencies: ["DogeServer", drover, bytes, testing, logging] + messages,
            swiftSettings: settings),
    ]
)
