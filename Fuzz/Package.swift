// swift-tools-version: 6.2
import PackageDescription

// What libFuzzer calls. The sanitizers are given on the command line by `scripts/fuzz`, which also
// links the archive: libFuzzer brings its own `main`, and no product of the package manager has
// room for one.
let package = Package(
    name: "khien-fuzz",
    products: [.library(name: "KhienFuzzEntry", type: .static, targets: ["KhienFuzzEntry"])],
    dependencies: [.package(name: "khien", path: "..")],
    targets: [
        .target(
            name: "KhienFuzzEntry",
            dependencies: [.product(name: "KhienFuzz", package: "khien")],
            swiftSettings: [
                .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
            ])
    ]
)
