// swift-tools-version: 6.2
import PackageDescription

// The benchmarks are a package of their own, so that nobody who builds Khiên builds them.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func ours(_ name: String) -> Target.Dependency { .product(name: name, package: "khien") }

let package = Package(
    name: "khien-benchmarks",
    dependencies: [
        .package(name: "khien", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "khien-bench",
            dependencies: [
                ours("KhienCompiler"), ours("KhienImage"), ours("KhienMatcher"),
                ours("KhienModel"), ours("KhienPolicy"), ours("KhienRegex"), ours("KhienText"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "khien-instructions",
            dependencies: [
                ours("KhienCompiler"), ours("KhienHTTP"), ours("KhienLists"),
                ours("KhienMatcher"), ours("KhienModel"), ours("KhienPolicy"),
                ours("KhienTestKit"), ours("KhienText"),
            ],
            swiftSettings: strict),
    ]
)
