// swift-tools-version: 6.2
import PackageDescription

/// Every target is in Swift 6 language mode, which makes data races errors.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "motcua",
  products: [.executable(name: "motcua", targets: ["motcua"])],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    // Without pkgConfig: CUPS 2.4.2 of Debian 12 has no cups.pc.
    .systemLibrary(name: "CCups", providers: [.apt(["libcups2-dev"])]),
    .systemLibrary(name: "CEvdev", pkgConfig: "libevdev", providers: [.apt(["libevdev-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CXlsxwriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),

    // The rules. Imports nothing.
    .target(name: "OneStop", swiftSettings: settings),
    .target(
      name: "CentreStore",
      dependencies: [
        "OneStop",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(name: "Printing", dependencies: ["CPangoCairo", "CQRencode", "CXlsxwriter"], swiftSettings: settings),
    .target(
      name: "Announcing",
      dependencies: ["OneStop", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: settings),
    .target(
      name: "DeviceIO",
      dependencies: [
        "CCups", "CEvdev", "CLinux", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .target(
      name: "CentreOperations",
      dependencies: [
        "OneStop", "CentreStore", "Printing", "Announcing", "DeviceIO", "CLinux",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings),
    .target(
      name: "CentreHTTP",
      dependencies: [
        "CentreOperations", "Printing",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "motcua",
      dependencies: [
        "CentreHTTP",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: settings),

    // What scripts/bench measures against and with; not part of the product.
    .executableTarget(
      name: "bench",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"), .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/Bench", exclude: ["run.py", "keypad.py", "tickets.py"], swiftSettings: settings),

    .testTarget(name: "OneStopTests", dependencies: ["OneStop"], swiftSettings: settings),
    .testTarget(name: "CentreStoreTests", dependencies: ["CentreStore"], swiftSettings: settings),
    .testTarget(name: "AnnouncingTests", dependencies: ["Announcing"], swiftSettings: settings),
    .testTarget(
      name: "PrintingTests", dependencies: ["Printing", .product(name: "Subprocess", package: "swift-subprocess")],
      exclude: ["Golden"], swiftSettings: settings),
    // Whatever takes bytes from outside, against a seeded random driver; a parser more is a file and a folder of inputs.
    .testTarget(
      name: "FuzzTests", dependencies: ["DeviceIO", "OneStop", "Printing"], exclude: ["Corpus"], swiftSettings: settings
    ),
    .testTarget(
      name: "DeviceIOTests",
      dependencies: [
        "DeviceIO", .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CentreOperationsTests",
      dependencies: ["CentreOperations", .product(name: "Subprocess", package: "swift-subprocess")],
      swiftSettings: settings),
    .testTarget(
      name: "CentreHTTPTests",
      dependencies: [
        "CentreHTTP", .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),
  ]
)
