import Foundation

/// A real nginx on loopback, in one process: HTTP and TLS, with files of known content.
final class NginxOrigin: Sendable {
    let folder: TemporaryFolder
    let port: UInt16
    let securePort: UInt16
    private let child: ChildProcess

    /// Seen from the proxy these are four hosts.
    static let addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]

    static let hasIPv6 = freePort("::1") != nil

    /// Starts nginx. Another process may take a port between our asking and nginx's binding: then
    /// others are tried. Who answers at the port says nothing: nginx writes its pid when it has its ports,
    /// and tries for seconds to get them.
    init() throws {
        let program = try Programs.require(Programs.nginx, "nginx")
        folder = try TemporaryFolder()
        try Self.makeFiles(folder)
        try Self.makeCertificate(folder)
        var last = ""
        for _ in 0..<5 {
            guard let port = Self.freePort(), let securePort = Self.freePort() else { continue }
            try folder.write("nginx.conf", Self.configuration(folder.path, port, securePort))
            let child = try ChildProcess(
                program,
                [
                    "-p", folder.path, "-e", folder.file("error.log"), "-c",
                    folder.file("nginx.conf"),
                ],
                errors: folder.file("stderr.log"))
            let pid = folder.file("nginx.pid")
            let isUp = eventually {
                !child.isRunning || FileManager.default.fileExists(atPath: pid)
            }
            if isUp, child.isRunning {
                self.port = port
                self.securePort = securePort
                self.child = child
                return
            }
            last = String(decoding: (try? folder.read("stderr.log")) ?? [], as: UTF8.self)
        }
        throw Failure("nginx does not start: \(last)")
    }

    // Before the folder goes.
    deinit { child.kill() }

    /// `http://127.0.0.1:PORT` and `path`.
    func url(_ path: String, host: String = "127.0.0.1") -> String {
        "http://\(host):\(port)\(path)"
    }

    /// Lines `METHOD URI STATUS` of all requests that were answered.
    func requests() throws -> [String] {
        String(decoding: try folder.read("access.log"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    // MARK: content

    static let smallText = "a small page of the origin\n"

    /// Bytes that show a lost, repeated or moved part.
    static func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    private static func makeFiles(_ folder: TemporaryFolder) throws {
        try folder.write("www/small.txt", smallText)
        try folder.write("www/index.html", "<html><body><h1>Allowed page</h1></body></html>\n")
        try folder.write("www/medium.bin", pattern(3_000_000))
        try folder.write("www/slow/medium.bin", pattern(1_000_000, seed: 2))
        try folder.write("www/chunked/page.txt", String(repeating: "chunked line\n", count: 5_000))
        for name in ["monitored.txt", "warned.txt", "ordered/page.txt"] {
            try folder.write("www/" + name, "the origin's \(name)\n")
        }
        try FileManager.default.createDirectory(
            atPath: folder.file("www/put"), withIntermediateDirectories: true)
    }

    /// A file of 1 GB that is sparse on the disk, with a mark every 8 MB so that nothing can move
    /// unseen.
    func makeLargeFile() throws {
        let path = folder.file("www/large.bin")
        try folder.write("www/large.bin", "")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        for offset in stride(from: 0, to: Self.largeBytes, by: 8_000_000) {
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: Data(Self.pattern(64, seed: UInt64(offset))))
        }
        try file.truncate(atOffset: UInt64(Self.largeBytes))
        try file.close()
    }

    static let largeBytes = 1_000_000_000

    private static func makeCertificate(_ folder: TemporaryFolder) throws {
        let result = try Command.run(
            try Programs.require(Programs.openssl, "openssl"),
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=origin.test", "-keyout",
                folder.file("key.pem"), "-out", folder.file("certificate.pem"),
            ])
        guard result.status == 0 else { throw Failure("openssl: \(result.everything)") }
    }

    private static func configuration(
        _ folder: String, _ port: UInt16, _ securePort: UInt16
    ) -> String {
        let listen = addresses.map { "listen \($0):\(port);" }.joined(separator: " ")
        return """
            daemon off; master_process off; pid \(folder)/nginx.pid;
            events { worker_connections 1024; }
            http {
                types { text/plain txt; text/html html; }
                default_type application/octet-stream;
                log_format short '$request_method $uri $status';
                access_log \(folder)/access.log short;
                client_body_temp_path \(folder)/body;
                proxy_temp_path \(folder)/t1; fastcgi_temp_path \(folder)/t2;
                uwsgi_temp_path \(folder)/t3; scgi_temp_path \(folder)/t4;
                client_max_body_size 64m;
                keepalive_requests 1000000;
                root \(folder)/www;
                server {
                    \(listen) \(hasIPv6 ? "listen [::1]:\(port);" : "")
                    location / { }
                    location /put/ { dav_methods PUT; }
                    location /slow/ { limit_rate 250k; }
                    location /chunked/ { ssi on; ssi_types text/plain; }
                    location /large.bin { limit_rate 220m; }
                    location /gzip/ { gzip on; gzip_proxied any; gzip_min_length 1; gzip_types text/html; }
                    location /coded/br/ { default_type text/html; add_header Content-Encoding br; }
                    location /coded/zstd/ {
                        default_type text/html; add_header Content-Encoding zstd;
                    }
                    location /coded/stacked/ {
                        default_type text/html; add_header Content-Encoding "gzip, br";
                    }
                    location /legacy/ { types { } default_type text/html; }
                }
                server {
                    listen 127.0.0.1:\(securePort) ssl;
                    ssl_certificate \(folder)/certificate.pem;
                    ssl_certificate_key \(folder)/key.pem;
                    location / { }
                    location /slow/ { limit_rate 250k; }
                }
            }

            """
    }
}

/// A port of 127.0.0.1 (or ::1) that nobody listens on now.
func freePort(_ host: String = "127.0.0.1") -> UInt16? { NginxOrigin.freePort(host) }

extension NginxOrigin {
    static func freePort(_ host: String = "127.0.0.1") -> UInt16? {
        let isSix = host.contains(":")
        let type = Int32(SOCK_STREAM.rawValue)
        let descriptor = socket(isSix ? AF_INET6 : AF_INET, type, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_addr.__in6_u.__u6_addr8.15 = 1
        var four = sockaddr_in.loopback(port: 0)
        var length = socklen_t(
            isSix ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        func bound(_ pointer: UnsafeMutableRawPointer) -> Bool {
            let address = pointer.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, address, length) == 0
                && getsockname(descriptor, address, &length) == 0
        }
        if isSix {
            return bound(&six) ? UInt16(bigEndian: six.sin6_port) : nil
        }
        return bound(&four) ? UInt16(bigEndian: four.sin_port) : nil
    }
}
