// swift-tools-version: 6.2

import PackageDescription

// A program of a user's: run.sh links it statically and looks at what is in it.
let package = Package(
    name: "hello",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "cachetory", path: "../..")],
    targets: [
        .executableTarget(name: "Hello", dependencies: [.product(name: "Cachetory", package: "cachetory")])
    ]
)
