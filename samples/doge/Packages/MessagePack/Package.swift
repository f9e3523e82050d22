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

let package = Package(
    name: "MessagePack",
    products: [
        .library(name: "MessagePack", targets: ["MessagePack"]),
        .library(name: "DogeMessages", targets: ["DogeMessages"]),
    ],
    targets: [
        .target(name: "MessagePack", swiftSettings: settings),
        .target(name: "DogeMessages", dependencies: ["MessagePack"], swiftSettings: settings),
        .testTarget(name: "MessagePackTests", dependencies: ["DogeMessages", "MessagePack"], swiftSettings: settings),
    ]
)
