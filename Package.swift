// swift-tools-version: 6.2
// The house, floor by floor. A room uses only rooms on floors below its own; this manifest refuses to load otherwise.
import PackageDescription

/// Stands first: the lists below are built in order, and a room made before this exists would have no settings.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let floors: [(title: String, rooms: [Room])] = [
    ("0 doors to C libraries", [
        .door("COpenSSL", apt: "libssl-dev"),
        .door("CSQLite", apt: "libsqlite3-dev"),
        .door("CPostgreSQL", apt: "libpq-dev"),
        .door("CMicroHTTPD", apt: "libmicrohttpd-dev"),
        .door("CCurl", apt: "libcurl4-openssl-dev"),
        .door("CZlib", apt: "zlib1g-dev"),
        .door("CEpoll", apt: "libc6-dev"),
    ]),
    ("1 values", [
        .room("Temporal"),
        .room("CanonicalJSON"),
        .room("Multiformats"),
        .room("Cryptography", uses: ["COpenSSL"]),
        .room("Compression", uses: ["CZlib"]),
        .room("Metrics"),
    ]),
    ("2 documents and rules", [
        .room("Credentials", uses: ["CanonicalJSON", "Multiformats", "Temporal"]),
        .room(
            "LinkedData", uses: ["CanonicalJSON", "Cryptography", "Multiformats"],
            resources: [.embedInCode("Contexts")]),
        .room("JSONSchema", uses: ["CanonicalJSON"]),
        .room("Figures", uses: ["CanonicalJSON"]),
        .room("JOSE", uses: ["CanonicalJSON", "Cryptography", "Multiformats", "Temporal"]),
        .room("TransparencyLog", uses: ["CanonicalJSON", "Cryptography", "Multiformats", "Temporal"]),
        .room("OpenTimestamps", uses: ["Cryptography", "Multiformats", "Temporal"]),
        .room("ServiceLevels", uses: ["CanonicalJSON", "Cryptography", "Temporal"]),
    ]),
    ("3 on documents", [
        .room("Proofs", uses: [
            "CanonicalJSON", "Credentials", "Cryptography", "JOSE", "LinkedData", "Multiformats", "Temporal",
        ]),
        .room("StatusLists", uses: [
            "CanonicalJSON", "Compression", "Credentials", "Cryptography", "JOSE", "Multiformats", "Temporal",
        ]),
        .room("Coverage", uses: ["CanonicalJSON", "Cryptography", "Multiformats", "TransparencyLog"]),
        .room("OpenBadges", uses: [
            "CanonicalJSON", "Compression", "Credentials", "Cryptography", "Multiformats",
        ]),
        .room("Forecast", uses: ["CanonicalJSON", "Cryptography", "ServiceLevels", "Temporal"]),
        .room(
            "Compensation", uses: ["CanonicalJSON", "Cryptography", "ServiceLevels", "Temporal"],
            resources: [.embedInCode("Policies"), .embedInCode("policy.schema.json")]),
    ]),
    ("4 use cases", [
        .room("Verification", uses: [
            "CanonicalJSON", "Coverage", "Credentials", "Cryptography", "JOSE", "JSONSchema", "LinkedData",
            "Multiformats",
            "OpenBadges", "OpenTimestamps", "Proofs", "StatusLists", "Temporal", "TransparencyLog",
        ]),
        .room("Settlement", uses: ["CanonicalJSON", "Cryptography", "Multiformats", "Temporal", "TransparencyLog"]),
        .room("Issuance", uses: [
            "CanonicalJSON", "Compensation", "Coverage", "Credentials", "Cryptography", "Forecast", "JOSE", "JSONSchema",
            "LinkedData", "Metrics", "Multiformats", "Proofs", "ServiceLevels", "StatusLists", "Temporal",
            "TransparencyLog",
        ]),
    ]),
    ("5 adapters", [
        .room("Storage", uses: ["Issuance"]),
        .room("HTTPServer", uses: ["CMicroHTTPD"]),
        .room("HTTPClient", uses: ["CCurl"]),
        .room("LoadGeneration", uses: ["CEpoll", "Figures"]),
        .room("Console"),
        .room("ZoneDatabase", uses: ["Temporal"]),
    ]),
    ("6 on adapters", [
        .room("SQLiteStorage", uses: ["CSQLite", "Issuance", "Storage"]),
        .room("PostgreSQLStorage", uses: ["CPostgreSQL", "Issuance", "Storage"]),
        .room("Witnessing", uses: [
            "CanonicalJSON", "Cryptography", "HTTPClient", "HTTPServer", "Issuance", "Multiformats", "Temporal",
            "TransparencyLog",
        ]),
        .room("Timestamping", uses: [
            "Cryptography", "HTTPClient", "Issuance", "Multiformats", "OpenTimestamps", "Temporal", "TransparencyLog",
        ]),
        .room("Mirroring", uses: ["Compression", "Cryptography", "HTTPClient", "Issuance", "TransparencyLog"]),
        .room("API", uses: [
            "CanonicalJSON", "Compensation", "Credentials", "Cryptography", "HTTPServer", "Issuance", "LinkedData",
            "Metrics", "Multiformats", "Proofs", "ServiceLevels", "StatusLists", "Temporal", "Verification",
        ], resources: [.embedInCode("api.schema.json")]),
        .room("VerificationConsole", uses: [
            "CanonicalJSON", "Console", "Credentials", "Cryptography", "LinkedData", "OpenTimestamps", "Proofs",
            "Temporal", "TransparencyLog", "Verification",
        ]),
        .room("Simulation", uses: [
            "CanonicalJSON", "Compensation", "Cryptography", "Issuance", "JOSE", "Multiformats", "ServiceLevels",
            "StatusLists", "Temporal", "TransparencyLog",
        ]),
    ]),
    ("7 a running service", [
        .room("Hosting", uses: [
            "API", "CanonicalJSON", "Compensation", "Cryptography", "HTTPClient", "HTTPServer", "Issuance", "JOSE",
            "Metrics", "Multiformats", "PostgreSQLStorage", "SQLiteStorage", "StatusLists", "Storage", "Temporal", "Timestamping",
            "TransparencyLog", "Witnessing", "ZoneDatabase",
        ]),
    ]),
    ("8 programs", [
        .program("punctual", uses: [
            "API", "CanonicalJSON", "Compensation", "Console", "Credentials", "Cryptography", "Hosting", "HTTPClient",
            "HTTPServer", "Issuance", "JSONSchema", "Mirroring", "Multiformats", "OpenBadges", "Proofs", "ServiceLevels",
            "Settlement",
            "SQLiteStorage", "Storage", "Temporal", "Timestamping", "TransparencyLog", "Verification",
            "VerificationConsole", "Witnessing", "ZoneDatabase",
        ]),
        .program("vcverify", uses: ["Console", "Temporal", "VerificationConsole"]),
        .program("measure", uses: [
            "CanonicalJSON", "Compensation", "Console", "Cryptography", "Figures", "Hosting", "HTTPServer", "Issuance",
            "JOSE", "LinkedData", "LoadGeneration", "PostgreSQLStorage", "Proofs", "Settlement", "Simulation", "Storage",
            "Temporal", "TransparencyLog", "Verification",
        ]),
    ]),
]

/// One suite for each room; a suite may also use lower rooms to build what it tests.
let suites: [Target] = [
    .target(
        name: "TestSupport", dependencies: ["CanonicalJSON", "CPostgreSQL"], path: "Tests/TestSupport",
        swiftSettings: settings),
    .suite("Temporal", exclude: ["Python"]),
    .suite("CanonicalJSON", uses: ["Cryptography"]),
    .suite("Multiformats"),
    .suite("Cryptography"),
    .suite("Credentials", uses: ["CanonicalJSON", "Temporal"]),
    .suite("Compression", uses: ["CZlib"]),
    .suite("Metrics"),
    .suite("Coverage", uses: ["CanonicalJSON", "Cryptography", "TransparencyLog"], exclude: ["Python"]),
    .suite("LinkedData", uses: ["CanonicalJSON", "Cryptography", "Multiformats"]),
    .suite("JSONSchema", uses: ["CanonicalJSON"]),
    .suite("JOSE", uses: ["CanonicalJSON", "Cryptography", "Multiformats", "Temporal"]),
    .suite("TransparencyLog", uses: ["CanonicalJSON", "Cryptography", "Multiformats", "Temporal"]),
    .suite("OpenTimestamps", uses: ["Cryptography", "Multiformats", "Temporal"]),
    .suite("Witnessing", uses: [
        "CanonicalJSON", "Cryptography", "HTTPClient", "HTTPServer", "Issuance", "Multiformats", "Simulation",
        "SQLiteStorage", "Storage", "Temporal", "TransparencyLog",
    ]),
    .suite("Timestamping", uses: [
        "CanonicalJSON", "Cryptography", "HTTPClient", "HTTPServer", "Issuance", "OpenTimestamps", "Simulation",
        "Temporal", "TransparencyLog",
    ]),
    .suite("Mirroring", uses: [
        "CanonicalJSON", "Cryptography", "HTTPClient", "HTTPServer", "Issuance", "Simulation", "Temporal",
        "TransparencyLog",
    ]),
    .suite("Proofs", uses: [
        "CanonicalJSON", "Credentials", "Cryptography", "JOSE", "LinkedData", "Multiformats", "Temporal",
    ]),
    .suite("StatusLists", uses: [
        "CanonicalJSON", "Credentials", "Cryptography", "CZlib", "JOSE", "Multiformats", "Temporal",
    ]),
    .suite("OpenBadges", uses: [
        "CanonicalJSON", "Compression", "Credentials", "Cryptography", "LinkedData", "Multiformats", "Temporal",
    ]),
    .suite("Issuance", uses: [
        "CanonicalJSON", "Compensation", "Coverage", "Credentials", "Cryptography", "JOSE", "LinkedData",
        "Multiformats", "PostgreSQLStorage", "Proofs", "ServiceLevels", "Settlement", "Simulation", "StatusLists",
        "Storage", "Temporal", "TransparencyLog", "Verification",
    ]),
    .suite("ServiceLevels", uses: ["CanonicalJSON", "Temporal"]),
    .suite("Forecast", uses: ["CanonicalJSON", "ServiceLevels", "Temporal"]),
    .suite("ZoneDatabase", uses: ["Temporal"]),
    .suite(
        "Compensation", uses: ["CanonicalJSON", "Cryptography", "JSONSchema", "ServiceLevels", "Temporal"],
        exclude: ["Python"]),
    .suite("API", uses: [
        "CanonicalJSON", "Compensation", "Cryptography", "Hosting", "HTTPClient", "HTTPServer", "Issuance",
        "JSONSchema", "ServiceLevels", "StatusLists", "Temporal",
    ]),
    .suite("Service", uses: [
        "CanonicalJSON", "Cryptography", "CSQLite", "Hosting", "HTTPClient", "HTTPServer", "Issuance", "JOSE",
        "Multiformats", "OpenBadges", "Proofs", "Temporal", "TransparencyLog",
    ]),
    .suite("HTTPServer", uses: ["HTTPClient"]),
    .suite("HTTPClient", uses: ["HTTPServer"]),
    .suite("Figures", uses: ["CanonicalJSON", "JSONSchema"]),
    .suite("LoadGeneration", uses: ["Figures", "HTTPServer"]),
    .suite("Storage", uses: [
        "CanonicalJSON", "CSQLite", "Issuance", "noderun", "PostgreSQLStorage", "Settlement", "Simulation", "SQLiteStorage",
        "Temporal", "TransparencyLog",
    ]),
    .suite("Verification", uses: [
        "CanonicalJSON", "Coverage", "Credentials", "Cryptography", "JOSE", "LinkedData", "Multiformats", "OpenBadges",
        "OpenTimestamps", "Proofs", "StatusLists", "Temporal", "TransparencyLog", "vcverify",
    ]),
    .suite("Settlement", uses: ["CanonicalJSON", "Cryptography", "ServiceLevels", "Temporal", "TransparencyLog"]),
    .suite("Interop", uses: [
        "CanonicalJSON", "Credentials", "Cryptography", "HTTPClient", "JOSE", "Multiformats", "OpenBadges",
        "OpenTimestamps", "Proofs", "StatusLists", "Temporal", "TransparencyLog",
    ], exclude: ["Go", "Python"]),
    // A short life of a service, of which the tests of faults make each system call fail.
    .executableTarget(
        name: "faultrun",
        dependencies: ["CanonicalJSON", "Cryptography", "Hosting", "Issuance", "SQLiteStorage", "Temporal"],
        path: "Tests/FaultRun", swiftSettings: settings),
    .suite("Fault", uses: ["CanonicalJSON", "faultrun", "punctual"], exclude: ["Python"]),
    // One node of a service on PostgreSQL, which the tests of several nodes stop, kill and cut off.
    .executableTarget(
        name: "noderun",
        dependencies: [
            "CanonicalJSON", "Compensation", "Cryptography", "Hosting", "Issuance", "PostgreSQLStorage", "Storage",
            "Temporal", "TransparencyLog",
        ], path: "Tests/NodeRun", swiftSettings: settings),
    .suite("Tidy"),
]

struct Room {
    let name: String
    let uses: [String]
    let target: Target

    static func door(_ name: String, apt package: String) -> Room {
        Room(name: name, uses: [], target: .systemLibrary(name: name, providers: [.apt([package])]))
    }

    static func room(_ name: String, uses: [String] = [], resources: [Resource] = []) -> Room {
        Room(name: name, uses: uses, target: .target(
            name: name, dependencies: uses.map { .target(name: $0) }, resources: resources, swiftSettings: settings))
    }

    static func program(_ name: String, uses: [String]) -> Room {
        Room(name: name, uses: uses, target: .executableTarget(
            name: name, dependencies: uses.map { .target(name: $0) }, swiftSettings: settings))
    }
}

extension Target {
    static func suite(_ room: String, uses: [String] = [], exclude: [String] = []) -> Target {
        let tested = ["Fault", "Interop", "Service", "Tidy"].contains(room) ? [] : [room]
        return .testTarget(
            name: room + "Tests", dependencies: (tested + uses + ["TestSupport"]).map { .target(name: $0) },
            exclude: exclude, swiftSettings: settings)
    }
}

var below: Set<String> = []
for floor in floors {
    for room in floor.rooms {
        let upward = room.uses.filter { !below.contains($0) }
        precondition(upward.isEmpty, "\(room.name) (floor \(floor.title)) may not use \(upward): not on a lower floor")
    }
    below.formUnion(floor.rooms.map(\.name))
}

let package = Package(name: "punctual", targets: floors.flatMap(\.rooms).map(\.target) + suites)
