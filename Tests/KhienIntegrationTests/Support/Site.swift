import Foundation

/// What most tests need: an origin, lists with one entry of each kind, and a daemon that has them in
/// force.
final class Site: Sendable {
    let origin: NginxOrigin
    let folder: TemporaryFolder
    let daemon: DaemonProcess

    /// - Parameters:
    ///   - top: lines for the configuration's top level.
    ///   - upstream: the section's content, in braces.
    ///   - files: more files for the folder, by name.
    init(
        top: String = "", upstream: String? = nil, lists: String = "",
        files: [String: String] = [:],
        environment: [String: String] = [:], arguments: [String] = []
    ) throws {
        origin = try NginxOrigin()
        folder = try TemporaryFolder()
        try Self.writeLists(folder)
        for (name, text) in files { try folder.write(name, text) }
        let upstream =
            upstream ?? "{ allow-private: true, connect-ports: [443, \(origin.securePort)] }"
        try folder.write(
            "khien.yaml", Self.configuration(top: top, upstream: upstream, lists: lists))
        daemon = try DaemonProcess(folder, arguments: arguments, environment: environment)
    }

    static func configuration(
        top: String = "", upstream: String = "{ allow-private: true }", lists: String = ""
    ) -> String {
        """
        listen: [ { explicit: "127.0.0.1:0" } ]
        control: control.sock
        state: state
        workers: 2
        lists:
          - { path: orders.csv, format: orders }
          - { path: operator.txt, format: domains, category: advertising }
          - { path: monitored.txt, format: urls, action: monitor, category: games }
          - { path: warned.txt, format: urls, action: warn, category: chat }
          - { path: addresses.txt, format: addresses, category: malware }
        \(lists)
        guards: { canaries: [canary.order.test], small-list-entries: 10 }
        block-page: { site: Trường mẫu, contact: admin@school.example }
        upstream: \(upstream)
        \(top)

        """
    }

    static let ordersHeader =
        "order,authority,legal-basis,issued,effective,expires,category,action,target-type,target,"
        + "contact\n"

    static func writeLists(_ folder: TemporaryFolder) throws {
        try folder.write(
            "orders.csv",
            ordersHeader
                + """
                12/QĐ-VD,Sở mẫu,Điều 5,2026-01-05,2026-01-06,,gambling,block,domain,casino.order.test,khieunai@so.example
                12/QĐ-VD,,,,,,,,url-prefix,http://127.0.0.1/ordered/,
                CANARY-1,Sở mẫu,Điều 5,2026-01-05,2026-01-05,,canary,block,domain,canary.order.test,khieunai@so.example

                """)
        try folder.write("operator.txt", "ads.operator.test\ntracker.operator.test # a comment\n")
        try folder.write("monitored.txt", "http://127.0.0.1/monitored.txt\n")
        try folder.write("warned.txt", "http://127.0.0.1/warned.txt\n")
        try folder.write("addresses.txt", "127.0.0.2\n198.51.100.0/24\n")
    }

    static let blockedByOrder = "http://casino.order.test/"
    static let blockedByOperator = "http://ads.operator.test/banner"
}
