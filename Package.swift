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
        .library(name: "Cachetory", targets: ["Cachetory", "CachetoryRedis"]),
        .executable(name: "load-test", targets: ["CachetoryLoadTest"]),
    ],
    targets: [
        // What Glibc's Swift module leaves out: a module map over the system's headers, with no C to compile.
        .systemLibrary(name: "CCachetoryEpoll"),

        // Foundation without ICU, and the C library: what all of the library imports in place of Foundation.
        .target(name: "CachetorySmallFoundation", swiftSettings: settings),

        // Loads what every system has (zlib, zstd, TLS) while the program runs: nothing has to be installed to build.
        .target(name: "CachetorySystemLibraries", dependencies: ["CachetorySmallFoundation"], swiftSettings: settings),

        .target(name: "CachetoryLocking", dependencies: ["CachetorySmallFoundation"], swiftSettings: settings),
        .target(name: "CachetoryRESP", dependencies: ["CachetorySmallFoundation"], swiftSettings: settings),
        .target(
            name: "CachetoryRedis",
            dependencies: [
                "CachetoryLocking", "CachetoryRESP", "CachetorySmallFoundation", "CachetorySystemLibraries",
                .target(name: "CCachetoryEpoll", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Cachetory",
            dependencies: [
                "CachetoryLocking", "CachetoryRedis", "CachetoryRESP", "CachetorySmallFoundation",
                "CachetorySystemLibraries",
            ],
            swiftSettings: settings),

        // A private `redis-server` for the load test and the tests.
        .target(name: "CachetoryLocalServer", dependencies: ["CachetoryLocking"], swiftSettings: settings),
        .executableTarget(
            name: "CachetoryLoadTest",
            dependencies: ["Cachetory", "CachetoryLocalServer", "CachetoryLocking", "CachetoryRedis", "CachetoryRESP"],
            swiftSettings: settings),

        // Programs that print the numbers claimed elsewhere: `swift run -c release CachetoryMemorySpeed`.
        .executableTarget(
            name: "CachetoryMemorySpeed", dependencies: ["Cachetory"], path: "Benchmarks/MemorySpeed",
            swiftSettings: settings),
        .executableTarget(
            name: "CachetoryMemoryHitRatio", dependencies: ["Cachetory"], path: "Benchmarks/MemoryHitRatio",
            swiftSettings: settings),
        .executableTarget(
            name: "CachetoryLayerCost", dependencies: ["Cachetory", "CachetoryLocalServer"],
            path: "Benchmarks/LayerCost",
            swiftSettings: settings),
        .executableTarget(
            name: "CachetoryTaskTurns", dependencies: ["CachetoryLocking"], path: "Benchmarks/TaskTurns",
            swiftSettings: settings),
        .executableTarget(
            name: "CachetoryMicro",
            dependencies: ["Cachetory", "CachetoryLocalServer", "CachetoryLocking", "CachetoryRedis", "CachetoryRESP"],
            path: "Benchmarks/Micro", swiftSettings: settings),

        .target(
            name: "CachetoryTestSupport", dependencies: ["CachetoryLocalServer", "CachetoryLocking"],
            path: "Tests/TestSupport",
            swiftSettings: settings),
        .executableTarget(
            name: "CachetoryFuzz", dependencies: ["Cachetory", "CachetoryRedis", "CachetoryRESP"], path: "Tests/Fuzz",
            exclude: ["Seeds", "run.sh"],
            swiftSettings: settings),
        // Ends while its connections are made: what the tests of TLS start over and over.
        .executableTarget(
            name: "CachetoryExitingClient",
            dependencies: ["CachetoryRESP", "CachetoryRedis", "CachetorySystemLibraries"], path: "Tests/ExitingClient",
            swiftSettings: settings),
        .testTarget(
            name: "CachetoryLockingTests", dependencies: ["CachetoryLocking", "CachetoryTestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "CachetorySystemLibrariesTests", dependencies: ["CachetorySystemLibraries"], swiftSettings: settings),
        .testTarget(
            name: "CachetoryRESPTests", dependencies: ["CachetoryRESP", "CachetoryTestSupport"], swiftSettings: settings
        ),
        .testTarget(
            name: "CachetoryRedisTests",
            dependencies: [
                "CachetoryRedis", "CachetoryRESP", "CachetoryLocalServer", "CachetoryLocking",
                "CachetorySystemLibraries", "CachetoryTestSupport", "CachetoryExitingClient",
            ],
            exclude: ["Configuration/redis_py_urls.py"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CachetoryTests",
            dependencies: [
                "Cachetory", "CachetoryRedis", "CachetoryLocalServer", "CachetoryLocking", "CachetoryTestSupport",
            ],
            exclude: ["Serializers/Python/python_values.py"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CachetoryLoadTestTests",
            dependencies: [
                "Cachetory", "CachetoryLoadTest", "CachetoryLocalServer", "CachetoryLocking", "CachetoryTestSupport",
            ],
            swiftSettings: settings
        ),
    ]
)
