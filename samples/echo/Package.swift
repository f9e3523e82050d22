// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "echo",
    dependencies: [.package(name: "drover", path: "../..")],
    targets: [
        .executableTarget(name: "echo", dependencies: [.product(name: "Drover", package: "drover")], path: "Sources"),
        .testTarget(
            name: "EchoTests", dependencies: ["echo", .product(name: "DroverTesting", package: "drover")],
            path: "Tests"),
    ]
)
