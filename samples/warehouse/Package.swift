// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "warehouse",
    dependencies: [.package(name: "drover", path: "../..")],
    targets: [
        .executableTarget(
            name: "warehouse",
            dependencies: [
                .product(name: "Drover", package: "drover"), .product(name: "DroverLineRPC", package: "drover"),
            ], path: "Sources/warehouse"),
        .executableTarget(
            name: "ask", dependencies: [.product(name: "DroverLineRPCClient", package: "drover")],
            path: "Sources/ask"),
    ]
)
