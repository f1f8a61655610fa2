// swift-tools-version: 6.2

import PackageDescription

/// Warnings stop the build, and the language's next defaults are taken now rather than migrated to later.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "cachetory",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Cachetory", targets: ["Cachetory"]),
        .executable(name: "load-test", targets: ["LoadTest"]),
    ],
    targets: [
        // What Glibc's Swift module leaves out: a module map over the system's headers, with no C to compile.
        .systemLibrary(name: "CEpoll"),

        // Foundation without ICU, and the C library: what all of the library imports in place of Foundation.
        .target(name: "SmallFoundation", swiftSettings: settings),

        // Loads what every system has (zlib, zstd, TLS) while the program runs: nothing has to be installed to build.
        .target(name: "SystemLibraries", dependencies: ["SmallFoundation"], swiftSettings: settings),

        .target(name: "Locking", dependencies: ["SmallFoundation"], swiftSettings: settings),
        .target(name: "RESP", dependencies: ["SmallFoundation"], swiftSettings: settings),
        .target(
            name: "Redis",
            dependencies: [
                "Locking", "RESP", "SmallFoundation", "SystemLibraries",
                .target(name: "CEpoll", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Cachetory", dependencies: ["Locking", "Redis", "RESP", "SmallFoundation", "SystemLibraries"],
            swiftSettings: settings),

        // A private `redis-server` for the load test and the tests.
        .target(name: "LocalServer", dependencies: ["Locking"], swiftSettings: settings),
        .executableTarget(
            name: "LoadTest", dependencies: ["Cachetory", "LocalServer", "Locking", "Redis", "RESP"],
            swiftSettings: settings),

        // Programs that print the numbers claimed elsewhere: `swift run -c release MemorySpeed`.
        .executableTarget(
            name: "MemorySpeed", dependencies: ["Cachetory"], path: "Benchmarks/MemorySpeed", swiftSettings: settings),
        .executableTarget(
            name: "MemoryHitRatio", dependencies: ["Cachetory"], path: "Benchmarks/MemoryHitRatio",
            swiftSettings: settings),
        .executableTarget(
            name: "LayerCost", dependencies: ["Cachetory", "LocalServer"], path: "Benchmarks/LayerCost",
            swiftSettings: settings),
        .executableTarget(
            name: "TaskTurns", dependencies: ["Locking"], path: "Benchmarks/TaskTurns", swiftSettings: settings),
        .executableTarget(
            name: "Micro", dependencies: ["Cachetory", "LocalServer", "Locking", "Redis", "RESP"],
            path: "Benchmarks/Micro", swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["LocalServer", "Locking"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .executableTarget(
            name: "Fuzz", dependencies: ["Cachetory", "Redis", "RESP"], path: "Tests/Fuzz",
            exclude: ["Seeds", "run.sh"],
            swiftSettings: settings),
        // Ends while its connections are made: what the tests of TLS start over and over.
        .executableTarget(
            name: "ExitingClient", dependencies: ["RESP", "Redis", "SystemLibraries"], path: "Tests/ExitingClient",
            swiftSettings: settings),
        .testTarget(name: "LockingTests", dependencies: ["Locking", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "SystemLibrariesTests", dependencies: ["SystemLibraries"], swiftSettings: settings),
        .testTarget(name: "RESPTests", dependencies: ["RESP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "RedisTests",
            dependencies: [
                "Redis", "RESP", "LocalServer", "Locking", "SystemLibraries", "TestSupport", "ExitingClient",
            ],
            exclude: ["Configuration/redis_py_urls.py"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CachetoryTests",
            dependencies: ["Cachetory", "LocalServer", "Locking", "TestSupport"],
            exclude: ["Serializers/Python/python_values.py"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LoadTestTests",
            dependencies: ["Cachetory", "LoadTest", "LocalServer", "Locking", "TestSupport"],
            swiftSettings: settings
        ),
    ]
)
