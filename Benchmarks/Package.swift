// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]

/// Programs that print the numbers claimed elsewhere: `swift run -c release --package-path Benchmarks <name>`.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "cachetory", path: "..")],
    targets: [
        .executableTarget(
            name: "memory-speed",
            dependencies: [.product(name: "Cachetory", package: "cachetory")],
            path: "MemorySpeed",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "memory-hit-ratio",
            dependencies: [.product(name: "Cachetory", package: "cachetory")],
            path: "MemoryHitRatio",
            swiftSettings: settings
        ),
    ]
)
