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

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "khien",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")
    ],
    targets: [
        module("KhienModel"),
        module("KhienHTTP", ["KhienModel"]),
        test("KhienModelTests", ["KhienModel"]),
        module("KhienProxy", ["KhienModel", "KhienText", "KhienHTTP"] + nio),
        test("KhienProxyTests", ["KhienProxy", "KhienHTTP", "KhienText", "KhienModel"]),
        test("KhienHTTPTests", ["KhienHTTP", "KhienModel"]),
        module("KhienText", ["KhienModel"]),
        test("KhienTextTests", ["KhienText", "KhienModel"], exclude: ["Fixtures"]),
    ]
)
