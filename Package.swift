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

let package = Package(
    name: "khien",
    products: [],
    dependencies: [],
    targets: [
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        module("KhienModel"),
        module("KhienRegex", ["CPCRE2", "KhienModel"]),
        module("KhienImage", ["KhienModel"]),
        module("KhienPolicy", ["KhienModel"]),
        module("KhienText", ["KhienModel"]),
        module("KhienMatcher", ["KhienImage", "KhienRegex", "KhienText", "KhienModel"]),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CLZMA"),
        .systemLibrary(name: "CZstd"),
        module("KhienLists", ["KhienModel", "KhienText", "CZlib", "CLZMA", "CZstd"]),
        module("KhienTestKit", ["KhienModel", "KhienText", "KhienLists"]),
        module(
            "KhienCompiler",
            ["KhienLists", "KhienImage", "KhienRegex", "KhienText", "KhienModel"]),
        test("KhienModelTests", ["KhienModel"]),
        test("KhienTextTests", ["KhienText", "KhienModel"], exclude: ["Fixtures"]),
        test(
            "KhienListsTests", ["KhienLists", "KhienTestKit", "KhienText", "KhienModel"],
            exclude: ["Golden"]),
    ]
)
