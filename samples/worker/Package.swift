// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "worker",
    dependencies: [.package(name: "drover", path: "../..")],
    targets: [
        .executableTarget(
            name: "jobs",
            dependencies: [
                .product(name: "Drover", package: "drover"), .product(name: "DroverHTTP", package: "drover"),
                .product(name: "DroverSystem", package: "drover"),
            ], path: "Sources"),
        .testTarget(
            name: "JobTests", dependencies: ["jobs", .product(name: "DroverTesting", package: "drover")], path: "Tests"),
    ]
)
