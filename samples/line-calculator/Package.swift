// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "line-calculator",
    dependencies: [.package(name: "drover", path: "../..")],
    targets: [
        .executableTarget(
            name: "calculator", dependencies: [.product(name: "Drover", package: "drover")], path: "Sources"),
        .testTarget(
            name: "CalculatorTests", dependencies: ["calculator", .product(name: "DroverTesting", package: "drover")],
            path: "Tests"),
    ]
)
