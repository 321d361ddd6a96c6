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

func test(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: testing)
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "khien",
    products: [],
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        module("KhienModel"),
        test("KhienModelTests", ["KhienModel"]),
        module("KhienConfig", ["KhienModel", yams]),
        test("KhienConfigTests", ["KhienConfig", "KhienModel"]),
        module("KhienEvents", ["KhienModel", crypto]),
        test("KhienEventsTests", ["KhienEvents", "KhienModel"]),
        module("KhienAnswer", ["KhienModel", crypto]),
        test("KhienAnswerTests", ["KhienAnswer", "KhienModel"], exclude: ["Golden"]),
    ]
)
