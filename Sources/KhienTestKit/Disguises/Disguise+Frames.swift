// Scheme, slashes, white space, user name and port: all that stands around a host.
extension Disguise {
    static let frames: [Disguise] = [
        Disguise("plain", "the list") { $0.plain },
        Disguise("scheme in upper case", whatwg) { $0.spelled(scheme: "HTTP://") },
        Disguise("https", "docs/LISTS.md: whatever scheme") { $0.spelled(scheme: "https://") },
        Disguise("WebSocket", "docs/LISTS.md: whatever scheme") { $0.spelled(scheme: "ws://") },
        Disguise("no slash", whatwg) { $0.spelled(scheme: "http:") },
        Disguise("one slash", whatwg) { $0.spelled(scheme: "http:/") },
        Disguise("five slashes", whatwg) { $0.spelled(scheme: "http://///") },
        Disguise("backslashes before the host", whatwg) { $0.spelled(scheme: "http:\\\\") },
        Disguise("slash and backslash before the host", whatwg) { $0.spelled(scheme: "http:/\\") },
        Disguise("spaces and controls around", whatwg) { " \u{1}\u{1F}\t" + $0.plain + "\r\n \0" },
        Disguise("tab in the scheme", whatwg) { $0.spelled(scheme: "ht\ttp://") },
        Disguise("line feed between the slashes", whatwg) { $0.spelled(scheme: "http:/\n/") },
        Disguise("tab in the host", whatwg) { target in
            target.spelled(host: target.host.prefix(2) + "\t" + target.host.dropFirst(2))
        },
        Disguise("CR LF in the host", whatwg) { target in
            target.spelled(host: target.host.prefix(1) + "\r\n" + target.host.dropFirst(1))
        },
        Disguise("user name", whatwg) { $0.spelled(user: "user@") },
        Disguise("user name and password", whatwg) { $0.spelled(user: "user:pass@") },
        Disguise("an innocent host as user name", safeBrowsing) {
            $0.spelled(user: "www.innocent.example@")
        },
        Disguise("several at signs", whatwg) { $0.spelled(user: "a@b:c@d@") },
        Disguise("an escaped slash in the user name", whatwg) {
            $0.spelled(user: "innocent.example%2F@")
        },
        Disguise("empty user name and password", whatwg) { $0.spelled(user: ":@") },
        Disguise("user name of 4,000 bytes", fieldNotes + ": long URLs") {
            $0.spelled(user: String(repeating: "u", count: 4_000) + "@")
        },
        Disguise("password only", whatwg) { $0.spelled(user: ":p%40ss@") },
        Disguise("user name in Unicode", whatwg) { $0.spelled(user: "học-sinh@") },
        Disguise("default port", safeBrowsing) { $0.spelled(port: ":80") },
        Disguise("another port", "docs/LISTS.md: whatever port") { $0.spelled(port: ":8080") },
        Disguise("empty port", whatwg) { $0.spelled(port: ":") },
        Disguise("port with leading zeros", whatwg) { $0.spelled(port: ":0000080") },
        Disguise("the other scheme's port", "docs/LISTS.md: whatever port") {
            $0.spelled(port: ":443")
        },
        Disguise("backslash before the path", whatwg) { target in
            target.spelled(path: "\\" + target.path.dropFirst())
        },
        Disguise("slashes, tabs and backslashes before the host", whatwg) {
            $0.spelled(scheme: "hTtPs:\\\t/\n\\")
        },
        Disguise("controls after the scheme's slashes", whatwg) {
            $0.spelled(scheme: "http://\r\n\t")
        },
        Disguise("tab in the port", whatwg) { $0.spelled(port: ":8\t0") },
    ]
}
