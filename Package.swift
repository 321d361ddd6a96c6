// swift-tools-version: 6.2
import PackageDescription

// Every target of ours is built under the same rules: Swift 6 mode, strict memory safety, and no
// warning survives. `.treatAllWarnings` concerns this package only, never its dependencies.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Tests: the same without strict memory safety, because the macros of Swift Testing expand to code
// that is not marked.
let testing: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

// Fixtures are read through `#filePath`; they are excluded so that the package manager does not ask
// for a rule for each.
func test(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: testing)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let signals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

// What the packages in Benchmarks/ and Fuzz/ use. Nothing here is a promise to others.
let libraries: [Product] = [
    "KhienCoding", "KhienCompiler", "KhienFuzz", "KhienHTTP", "KhienImage", "KhienLists",
    "KhienMatcher", "KhienModel", "KhienPage", "KhienPolicy", "KhienRegex", "KhienTestKit",
    "KhienText",
].map { .library(name: $0, targets: [$0]) }

let package = Package(
    name: "khien",
    products: [
        .executable(name: "khien", targets: ["khien"]),
        .executable(name: "khiend", targets: ["khiend"]),
    ] + libraries,
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(
            name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // A header of its own: what processors have and Swift has not.
        .systemLibrary(name: "CIntrinsics"),

        // The matcher and what it is made of.
        module("KhienModel"),
        module("KhienText", ["CIntrinsics", "KhienModel"]),
        module("KhienRegex", ["CPCRE2", "KhienModel"]),
        module("KhienImage", ["CIntrinsics", "KhienModel"]),
        module(
            "KhienMatcher",
            ["CIntrinsics", "KhienImage", "KhienRegex", "KhienText", "KhienModel"]),
        module("KhienPolicy", ["KhienModel"]),

        // From lists to images.
        module(
            "KhienLists",
            ["KhienCoding", "KhienText", "KhienModel", "CZlib", "CLZMA", "CZstd", crypto, yams]),
        module(
            "KhienCompiler",
            ["CIntrinsics", "KhienLists", "KhienImage", "KhienRegex", "KhienText", "KhienModel"]),

        // The data path and what stands around it.
        module("KhienHTTP", ["KhienModel"]),
        module(
            "KhienCoding", ["CIntrinsics", "KhienModel", "CBrotli", "CZlib", "CZstd"]),
        module(
            "KhienPage",
            [
                "KhienCoding", "KhienImage", "KhienMatcher", "KhienModel", "KhienRegex",
                "KhienText",
            ]),
        module("KhienProxy", ["KhienCoding", "KhienHTTP", "KhienText", "KhienModel"] + nio),
        module("KhienConfig", ["KhienModel", yams]),
        module("KhienEvents", ["KhienModel", crypto]),
        module("KhienAnswer", ["KhienModel", crypto]),
        module(
            "KhienService",
            [
                "KhienAnswer", "KhienCoding", "KhienConfig", "KhienEvents", "KhienHTTP",
                "KhienImage", "KhienMatcher", "KhienModel", "KhienPage", "KhienPolicy",
                "KhienProxy", "KhienText", signals,
            ] + nio),

        // The tool and the daemon.
        program(
            "khien",
            [
                "KhienCompiler", "KhienConfig", "KhienEvents", "KhienImage", "KhienLists",
                "KhienMatcher", "KhienModel", "KhienPage", "KhienPolicy", "KhienService",
                "KhienText", arguments,
            ]),
        program("khiend", ["KhienConfig", "KhienModel", "KhienService", arguments]),

        // Tests.
        module(
            "KhienTestKit",
            [
                "KhienCoding", "KhienCompiler", "KhienImage", "KhienLists", "KhienMatcher",
                "KhienModel",
                "KhienPolicy", "KhienText", crypto,
            ]),
        module(
            "KhienFuzz",
            [
                "KhienCompiler", "KhienConfig", "KhienHTTP", "KhienImage", "KhienLists",
                "KhienMatcher", "KhienModel", "KhienPage", "KhienRegex", "KhienTestKit",
                "KhienText",
            ]),
        test("KhienFuzzTests", ["KhienFuzz"]),
        test("KhienModelTests", ["KhienModel"]),
        test(
            "KhienTextTests", ["KhienTestKit", "KhienText", "KhienModel"], exclude: ["Fixtures"]),
        test(
            "KhienListsTests", ["KhienLists", "KhienTestKit", "KhienText", "KhienModel"],
            exclude: ["Golden"]),
        test(
            "KhienCompilerTests",
            [
                "KhienCompiler", "KhienImage", "KhienLists", "KhienMatcher", "KhienModel",
                "KhienPolicy", "KhienRegex", "KhienTestKit", "KhienText",
            ], exclude: ["Golden"]),
        test(
            "KhienMatcherTests",
            [
                "KhienCompiler", "KhienImage", "KhienLists", "KhienMatcher", "KhienModel",
                "KhienPolicy", "KhienRegex", "KhienTestKit", "KhienText", crypto,
            ]),
        test("KhienCodingTests", ["KhienCoding", "KhienModel"]),
        test(
            "KhienPageTests",
            [
                "KhienCoding", "KhienCompiler", "KhienImage", "KhienLists", "KhienModel",
                "KhienPage", "KhienTestKit", "KhienText",
            ], exclude: ["Fixtures"]),
        test("KhienHTTPTests", ["KhienFuzz", "KhienHTTP", "KhienModel"]),
        test("KhienConfigTests", ["KhienConfig", "KhienModel"]),
        test("KhienEventsTests", ["KhienEvents", "KhienModel", crypto]),
        test("KhienAnswerTests", ["KhienAnswer", "KhienModel"], exclude: ["Golden"]),
        test(
            "KhienProxyTests",
            ["KhienProxy", "KhienHTTP", "KhienTestKit", "KhienText", "KhienModel"] + nio),
        test(
            "KhienServiceTests",
            [
                "KhienCoding", "KhienModel", "KhienPage", "KhienProxy", "KhienService",
                "KhienTestKit", "KhienText",
            ]),
        test("KhienIntegrationTests", ["KhienService", "KhienTestKit", "KhienModel"]),
    ]
)
