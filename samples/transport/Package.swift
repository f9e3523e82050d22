// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "transport",
    products: [.library(name: "Frames", targets: ["Frames"])],
    dependencies: [.package(name: "drover", path: "../..")],
    targets: [
        .target(name: "Frames", dependencies: [.product(name: "Drover", package: "drover")]),
        .executableTarget(
            name: "framed",
            dependencies: [
                "Frames", .product(name: "Drover", package: "drover"), .product(name: "DroverHTTP", package: "drover"),
                .product(name: "DroverLineRPC", package: "drover"),
            ]),
        .testTarget(
            name: "FramesTests",
            dependencies: ["Frames", "framed", .product(name: "Drover", package: "drover")], path: "Tests"),
    ]
)
