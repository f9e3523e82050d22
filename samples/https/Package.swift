// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "https",
    dependencies: [.package(name: "drover", path: "../..")],
    targets: [
        .executableTarget(
            name: "https",
            dependencies: [
                .product(name: "Drover", package: "drover"), .product(name: "DroverHTTP", package: "drover"),
                .product(name: "DroverHTTPFiles", package: "drover"), .product(name: "DroverTLS", package: "drover"),
            ], path: "Sources")
    ]
)
