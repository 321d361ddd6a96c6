import KhienLists
import KhienModel
import Testing

/// One line in, one line out: what became of it, and the entries. Rows name where the line is from.
@Suite struct GrammarTests {
    struct Row: Sendable, CustomStringConvertible {
        var line: String
        var expected: String
        var from: String

        init(_ line: String, _ expected: String, _ from: String) {
            self.line = line
            self.expected = expected
            self.from = from
        }

        var description: String { "\(line) — \(from)" }
    }

    /// `accepted domain a.test | domain b.test`, `repaired upper-case domain a.test`,
    /// `rejected host.space`, `unsupported option.csp`, `comment`, `structure`, `cosmetic`,
    /// `blank`.
    static func outcome(
        _ text: String, _ format: ListFormat, path: String = "list.txt"
    ) -> String {
        var options = ListParser.Options()
        options.format = format
        let list = ListParser.parse(Array(text.utf8), name: "list", path: path, options: options)
        #expect(list.report.isConsistent)
        return describe(list)
    }

    static func describe(_ list: ParsedList) -> String {
        let report = list.report
        var words: [String] = []
        if report.blank > 0 { words.append("blank") }
        if report.comments > 0 { words.append("comment") }
        if report.structure > 0 { words.append("structure") }
        if report.cosmetic > 0 { words.append("cosmetic") }
        if report.accepted > 0 { words.append("accepted") }
        if report.repaired > 0 {
            let kinds = RepairKind.allCases.filter { report.repairs[$0] != nil }.map(\.name)
            words.append("repaired " + kinds.joined(separator: "+"))
        }
        words += report.rejections.keys.sorted().map { "rejected \($0)" }
        words += report.unsupportedReasons.keys.sorted().map { "unsupported \($0)" }
        let entries = list.entries.records.map { record in
            let target = target(of: record, in: list)
            var text = target.isEmpty ? record.kind.name : "\(record.kind.name) \(target)"
            if record.flags.contains(.exception) { text = "@@" + text }
            if record.flags.contains(.subdomainsOnly) { text += " below" }
            if let action = record.action, !record.flags.contains(.exception) {
                text += " \(action.name)"
            }
            return text
        }
        if !entries.isEmpty { words.append(entries.joined(separator: " | ")) }
        return words.joined(separator: " ")
    }

    /// The target; of a URL with a `*` as a match pattern, which shows where it is bound.
    private static func target(of record: EntryRecord, in list: ParsedList) -> String {
        let target = list.entries.target(record)
        guard record.flags.contains(.fromURL) else { return target }
        let anchors = list.adblockRules[Int(record.rule)].anchors
        return "*://" + (anchors.contains(.start) ? "" : "*.") + target
            + (anchors.contains(.end) ? "" : "*")
    }

    @Test(arguments: [
        Row("casino.test", "accepted domain casino.test", "plain"),
        Row("CASINO.Test", "repaired upper-case domain casino.test", "UT1 cryptojacking"),
        Row("*.casino.test", "repaired wildcard domain casino.test", "many lists"),
        Row(".casino.test", "repaired leading-dot domain casino.test", "squid dstdomain"),
        Row("casino.test.", "repaired trailing-dot domain casino.test", "zone exports"),
        Row("casino.test..", "rejected host.empty-label", "typing"),
        Row("ca..sino.test", "rejected host.empty-label", "typing"),
        Row("www.casino.test", "accepted domain www.casino.test", "www. is kept"),
        Row("casino.test # since May", "accepted domain casino.test", "comment"),
        Row("casino.test#x", "accepted domain casino.test", "comment"),
        Row("casino.test##", "accepted domain casino.test", "comment"),
        Row("casino.test###x", "accepted domain casino.test", "comment, and no id of a selector"),
        Row("casino.test##.ad", "rejected host.cosmetic", "uBlock Origin: hides parts of a page"),
        Row("casino.test#@#div", "rejected host.cosmetic", "an exception of that"),
        Row("casino.test##+js(x)", "rejected host.cosmetic", "a scriptlet"),
        Row("casino.test#?#a:has(b)", "rejected host.cosmetic", "AdGuard"),
        Row("casino.test // x", "accepted domain casino.test", "comment"),
        Row("casino.test ; x", "accepted domain casino.test", "comment"),
        Row("casino.test ! x", "accepted domain casino.test", "comment"),
        Row("# x", "comment", "comment"), Row("// x", "comment", "comment"),
        Row("! x", "comment", "comment"), Row("; x", "comment", "comment"),
        Row("  ", "blank", "blank"),
        Row("casino.test ", "repaired white-space domain casino.test", "UT1 publicite"),
        Row("\tcasino.test", "repaired white-space domain casino.test", "indented"),
        Row("casino test", "rejected host.space", "spaces inside"),
        Row("casino,test", "rejected host.comma", "comma for dot"),
        Row("me@casino.test", "rejected host.at-sign", "mail address"),
        Row("http://casino.test/", "repaired scheme-dropped+url-is-host domain casino.test", "URL"),
        Row("http://casino.test/a", "rejected host.path", "URL"),
        Row("casino.test:8080", "repaired port-dropped domain casino.test", "port"),
        Row("casino.test:http", "rejected host.port", "port"),
        Row("cốccốc.test", "repaired internationalised domain xn--cccc-0x5ac.test", "IDN"),
        Row("xn--cccc-0x5ac.test", "accepted domain xn--cccc-0x5ac.test", "IDN, A-label"),
        Row("xn--\u{80}.test", "rejected host.idna", "hostile"),
        Row("a_b.test", "accepted domain a_b.test", "blocklistproject, underscore"),
        Row("-a-.test", "accepted domain -a-.test", "hyphens at ends are met in lists"),
        Row("localhost", "rejected host.single-label", "one label"),
        Row("192.0.2.1", "accepted host 192.0.2.1", "UT1 malware: an address as a name"),
        Row("192.0.2.01", "repaired address-spelling host 192.0.2.1", "leading zero"),
        Row("192.0.2.1.5", "rejected host.address", "UT1 phishing"),
        Row("2001:db8::1", "accepted host [2001:db8::1]", "IPv6 as a name"),
        Row("$0/", "rejected host.character", "blocklistproject, broken generator"),
        Row("\u{2474}a.test", "rejected host.character", "⑴ is mapped to (1); found by fuzzing"),
        Row("%28a.test", "rejected host.character", "an escape of ("),
        Row("ad*.test", "rejected host.wildcard", "AdGuard DNS"),
        Row("<html>", "rejected host.character", "an error page in place of a list"),
        Row("a\u{0}b.test", "rejected line.control-character", "NUL"),
        Row("a%62.test", "repaired percent domain ab.test", "escape"),
        Row("casino.test\u{A0}", "repaired white-space domain casino.test", "a blank that is none"),
        Row("\u{3000}casino.test", "repaired white-space domain casino.test", "full-width"),
        Row("casino.test\u{FEFF}\u{A0}", "repaired white-space domain casino.test", "two of them"),
        Row("casino.test\u{200B}", "repaired white-space domain casino.test", "zero width"),
        Row("\u{A0} casino.test", "repaired white-space domain casino.test", "blanks of two kinds"),
        Row("casino.test\u{A0} # x", "repaired white-space domain casino.test", "before a comment"),
        Row("\u{A0}", "rejected host.empty", "nothing else"),
        Row("ca\u{A0}sino.test", "rejected host.character", "inside"),
    ])
    func domains(row: Row) {
        let expected = row.expected.replacing("repaired percent", with: "repaired url-spelling")
        #expect(Self.outcome(row.line, .domains) == expected)
    }

    @Test(arguments: [
        Row("0.0.0.0 ads.test", "accepted host ads.test", "StevenBlack"),
        Row("127.0.0.1\tads.test\tb.test", "accepted host ads.test | host b.test", "hosts(5)"),
        Row(":: ads.test", "accepted host ads.test", "IPv6"),
        Row("::1 ads.test # x", "accepted host ads.test", "comment"),
        Row("0.0.0.0 ads.test#x", "accepted host ads.test", "comment"),
        Row("0 ads.test", "accepted host ads.test", "inet_aton(3): shorter lists"),
        Row("1 ads.test", "rejected hosts.address", "which is 0.0.0.1"),
        Row("0.0.0.0 0.0.0.0", "structure", "StevenBlack"),
        Row("127.0.0.1 localhost localhost.localdomain", "structure", "header"),
        Row("255.255.255.255 broadcasthost", "structure", "header"),
        Row("fe80::1%lo0 localhost", "structure", "header"),
        Row("ff02::1 ip6-allnodes", "structure", "header"),
        Row("203.0.113.9 router.test", "unsupported hosts.mapping", "a name service"),
        Row("ads.test", "rejected hosts.address", "no address"),
        Row("0.0.0.0", "rejected hosts.no-name", "no name"),
        Row("0.0.0.0 good.test b@d.test", "rejected host.at-sign host good.test", "worst counts"),
        Row("0.0.0.0 *.ads.test", "repaired wildcard domain ads.test", "as in domains"),
        Row("0.0.0.0 .ads.test", "repaired leading-dot domain ads.test", "as in domains"),
        Row("0.0.0.0 a.test .b.test", "repaired leading-dot host a.test | domain b.test", "both"),
        Row("0.0.0.0 *.192.0.2.1", "repaired wildcard host 192.0.2.1", "an address has none"),
        Row("0.0.0.0 ADS.test", "repaired upper-case host ads.test", "hostsVN gambling"),
        Row("# 0.0.0.0 ads.test", "comment", "hostsVN"),
    ])
    func hosts(row: Row) { #expect(Self.outcome(row.line, .hosts) == row.expected) }

    @Test(arguments: [
        Row("address=/ads.test/", "accepted domain ads.test", "dnsmasq(8)"),
        Row("address=/ads.test/#", "accepted domain ads.test", "dnsmasq(8)"),
        Row("address=/a.test/b.test/0.0.0.0", "accepted domain a.test | domain b.test", "man"),
        Row("address=/ads.test/::", "accepted domain ads.test", "nowhere"),
        Row("address=/ads.test/127.0.0.1", "accepted domain ads.test", "loopback"),
        Row("address=/ads.test/::1", "accepted domain ads.test", "loopback"),
        Row("address=/ads.test/::ffff:0.0.0.0", "accepted domain ads.test", "IPv4 in IPv6"),
        Row("address=/ads.test/::ffff:127.0.0.1", "accepted domain ads.test", "IPv4 in IPv6"),
        Row("address=/a.test/::ffff:192.0.2.5", "unsupported dnsmasq.mapping", "IPv4 in IPv6"),
        Row("address=/nas.test/192.0.2.5", "unsupported dnsmasq.mapping", "a name service"),
        Row("address=/a.test/b.test/2001:db8::5", "unsupported dnsmasq.mapping", "IPv6"),
        Row("local=/ads.test/", "accepted domain ads.test", "hostsVN"),
        Row("server=/ads.test/", "accepted domain ads.test", "blocklistproject"),
        Row("server=/ads.test/192.0.2.53", "unsupported dnsmasq.forward", "forwarding"),
        Row("server=/ads.test/#", "unsupported dnsmasq.forward", "forwarding"),
        Row("address=/#/0.0.0.0", "rejected dnsmasq.everything", "all names"),
        Row("address=//0.0.0.0", "rejected dnsmasq.everything", "no name"),
        Row("address=/a.test/b,c.test/", "rejected host.comma", "half a line is none"),
        Row("address=/a.test/x", "rejected dnsmasq.answer", "no address"),
        Row("cache-size=1000", "unsupported dnsmasq.directive", "other directive"),
        Row("$0/", "rejected dnsmasq.form", "blocklistproject, broken generator"),
        Row("address=ads.test", "rejected dnsmasq.form", "no slashes"),
    ])
    func dnsmasq(row: Row) { #expect(Self.outcome(row.line, .dnsmasq) == row.expected) }

    @Test(arguments: [
        Row("http://a.test/x?y=1", "accepted url a.test/x?y=1", "plain"),
        Row("a.test/x", "accepted url a.test/x", "ChongLuaDao"),
        Row("a.test", "accepted domain a.test", "ChongLuaDao: a name alone"),
        Row("https://a.test/", "repaired url-is-host host a.test", "host"),
        Row("https://a.test", "repaired url-is-host host a.test", "host"),
        Row("http:\\\\a.test\\x", "repaired scheme-slashes+url-spelling url a.test/x", "Poland"),
        Row("http//a.test/x", "repaired scheme-colon url a.test/x", "missing colon"),
        Row("http:/a.test/x", "repaired scheme-slashes url a.test/x", "one slash"),
        Row("http://a.test:8080/x", "repaired port-dropped url a.test/x", "port"),
        Row("http://A.test/X", "repaired upper-case url a.test/X", "case of paths stays"),
        Row("http://a.test/x#y", "repaired fragment-dropped url a.test/x", "fragment"),
        Row("http://a.test/#!/x", "rejected url.fragment", "a page of one document"),
        Row("http://a.test#x", "rejected url.fragment", "no path"),
        Row("a.test/?#x", "rejected url.fragment", "an empty query is none"),
        Row("http://a.test/y/../#x", "rejected url.fragment", "a path that is none"),
        Row("*://*.a.test/#x", "rejected url.fragment", "a match pattern"),
        Row("http://a.test/#", "repaired url-is-host+fragment-dropped host a.test", "empty"),
        Row("http://a.test/?x#y", "repaired fragment-dropped url a.test/?x", "a query"),
        Row("http://u:p@a.test/x", "repaired credentials-dropped url a.test/x", "login"),
        Row("http://a.test/%41//b/../c", "repaired url-spelling url a.test/A/c", "spelling"),
        Row("http://a,test/x", "rejected host.comma", "comma for dot"),
        Row("http://%28a.test/x", "rejected host.character", "an escape of ("),
        Row("ftp://a.test/x", "unsupported url.scheme", "scheme"),
        Row("javascript://x", "unsupported url.scheme", "scheme"),
        Row("/tmp/gambling.add", "rejected url.no-host", "UT1 gambling/urls"),
        Row("192.0.2.0/24", "rejected url.network", "a list of addresses"),
        Row("192.0.2.9/8", "rejected url.network", "host bits"),
        Row("192.0.2.0/255.255.255.0", "rejected url.network", "a mask"),
        Row("2001:db8::/32", "rejected url.network", "IPv6"),
        Row("fd00::/8", "rejected url.network", "IPv6 that begins with a letter"),
        Row("[2001:db8::]/32", "rejected url.network", "in brackets"),
        Row("[2001:db8::]/x", "accepted url [2001:db8::]/x", "a page"),
        Row("192.0.2.0?24", "repaired url-spelling url 192.0.2.0/?24", "a query"),
        Row("192.0.2.0/33", "accepted url 192.0.2.0/33", "no length of a network"),
        Row("192.0.2.0/024", "accepted url 192.0.2.0/024", "none either"),
        Row("192.0.2.0/24/", "accepted url 192.0.2.0/24/", "a path"),
        Row("http://192.0.2.0/24", "accepted url 192.0.2.0/24", "with a scheme it is a URL"),
        Row("a.test/x##.ad", "rejected host.cosmetic", "uBlock Origin: hides parts of a page"),
        Row("a.test##.ad", "rejected host.cosmetic", "the same of a site"),
        Row("http://a.test/x\u{A0}", "repaired white-space url a.test/x", "out of a document"),
        Row("a.test/x*\u{2009}", "repaired white-space pattern *://a.test/x*", "a thin space"),
        Row("a.test/\u{200B}", "repaired white-space+url-is-host host a.test", "zero width"),
        Row("a.test/\u{A0}x", "repaired url-spelling url a.test/%C2%A0x", "inside"),
        Row("a.test/\u{2010}", "repaired url-spelling url a.test/%E2%80%90", "a hyphen is seen"),
        Row("http://a.test/x y", "rejected host.space", "space"),
        Row("*://*.a.test/*", "accepted domain a.test", "ChongLuaDao"),
        Row("*://a.test/*", "accepted host a.test", "match pattern"),
        Row("*://a.test/x/y", "accepted url a.test/x/y", "match pattern"),
        Row("*://a.test/x*", "accepted pattern *://a.test/x*", "pattern"),
        Row("*://*.a.test/x", "accepted pattern *://*.a.test/x", "pattern"),
        Row("*://*/*", "rejected pattern.everything", "everything"),
        Row("*://a.*.test/*", "unsupported pattern.host-wildcard", "wildcard"),
        Row("*://*.cốccốc.test/*", "repaired internationalised domain xn--cccc-0x5ac.test", "IDN"),
    ])
    func urls(row: Row) { #expect(Self.outcome(row.line, .urls) == row.expected) }

    /// A `*` in a URL is that of a match pattern, with a scheme or without.
    @Test(arguments: [
        Row("http://a.test/*", "accepted host a.test", "MDN, match patterns"),
        Row("https://a.test/**", "accepted host a.test", "two stars"),
        Row("a.test/*", "accepted host a.test", "no scheme"),
        Row("https://*.a.test/*", "accepted domain a.test", "MDN"),
        Row("*.a.test/*", "accepted domain a.test", "no scheme"),
        Row("https://u@a.test:81/*", "repaired port-dropped+credentials-dropped host a.test", ""),
        Row(
            "https://a.test/x/*", "accepted pattern *://a.test/x/*",
            "MDN: a path with a * at its end"),
        Row("a.test/x*", "accepted pattern *://a.test/x*", "no scheme"),
        Row(
            "a.test/x**y*z", "repaired url-spelling pattern *://a.test/x*y*z",
            "stars within the path"),
        Row("http://a.test:81/x*", "repaired port-dropped pattern *://a.test/x*", "port"),
        Row("http:/a.test/x*", "repaired scheme-slashes pattern *://a.test/x*", "one slash"),
        Row("http://a.test/x*#y", "repaired fragment-dropped pattern *://a.test/x*", "fragment"),
        Row(
            "http://a.test?x=*", "repaired url-spelling pattern *://a.test/?x=*",
            "a URL has a / before its query"),
        Row(
            "a.test/x*%41?", "repaired url-spelling pattern *://a.test/x*A",
            "the lookup form has no empty query"),
        Row("a.test/x*?", "repaired url-spelling pattern *://a.test/x*", "nor behind a star"),
        Row("a.test/x?*", "accepted pattern *://a.test/x?*", "any query is none that is empty"),
        Row("*.a.test/x?", "repaired url-spelling pattern *://*.a.test/x", "without a star"),
        Row("*.a.test/?", "repaired url-spelling domain a.test", "nothing is left"),
        Row("*.a.test/x", "accepted pattern *://*.a.test/x", "subdomains and a path"),
        Row(
            ".a.test/x", "repaired leading-dot pattern *://*.a.test/x", "a dot for the subdomains"),
        Row(
            "a.test/x%2A*", #"repaired url-spelling regex ^https?://a\.test(?::[0-9]+)?/x\*.*"#,
            "no pattern has a sign for the character"),
        Row(
            "a.test/x^*y", #"accepted regex ^https?://a\.test(?::[0-9]+)?/x\^.*y$"#,
            "nor for this one"),
        Row("[2001:db8::1]/x*", "accepted pattern *://[2001:db8::1]/x*", "an address"),
        Row("http://.a.test/", "repaired leading-dot domain a.test", "with a scheme"),
        Row("http://.a.test", "repaired leading-dot domain a.test", "with a scheme"),
        Row(".a.test", "repaired leading-dot domain a.test", "a name alone"),
        Row("http://..a.test/x", "rejected host.empty-label", "two dots"),
        Row("http://a.test/.x", "accepted url a.test/.x", "a dot in the path"),
        Row("http://a.test/%2A", "repaired url-spelling url a.test/*", "the character itself"),
        Row("http://a.test/x#*", "repaired fragment-dropped url a.test/x", "in the fragment"),
        Row("*/x", "rejected pattern.everything", "every host"),
        Row("http://a*.test/x", "unsupported pattern.host-wildcard", "in the host"),
        Row("/ads/*", "rejected url.no-host", "no host"),
        Row("ftp://a.test/*", "unsupported url.scheme", "scheme"),
        Row("http://a.test:x/*", "rejected url.port", "port"),
        Row("http://intranet/x*", "rejected host.single-label", "one label"),
    ])
    func starsInURLs(row: Row) { #expect(Self.outcome(row.line, .urls) == row.expected) }

    /// No URL has dot segments any more when rules are tried, so a pattern has none either.
    @Test(arguments: [
        Row("a.test/x/../b*", "repaired url-spelling pattern *://a.test/b*", "RFC 3986 5.2.4"),
        Row("a.test/./x/./*", "repaired url-spelling pattern *://a.test/x/*", "single dots"),
        Row("a.test/x/%2e%2E/b*", "repaired url-spelling pattern *://a.test/b*", "escaped"),
        Row("a.test/x/..%2fb*", "repaired url-spelling pattern *://a.test/b*", "with its slash"),
        Row("a.test/../../b*", "repaired url-spelling pattern *://a.test/b*", "above the root"),
        Row("a.test/b*/c/../d", "repaired url-spelling pattern *://a.test/b*/d", "behind a star"),
        Row("a.test/b*/./d", "repaired url-spelling pattern *://a.test/b*/d", "behind a star"),
        Row("*.a.test/x/..", "repaired url-spelling domain a.test", "nothing is left"),
        Row("*.a.test/x/y/..", "repaired url-spelling pattern *://*.a.test/x/", "at the end"),
        Row("*.a.test/x/.", "repaired url-spelling pattern *://*.a.test/x/", "at the end"),
        Row("a.test/x/../*", "repaired url-spelling host a.test", "nothing is left"),
        Row("a.test/x?y/../*", "accepted pattern *://a.test/x?y/../*", "a query has none"),
        Row("a.test/x/..*", "accepted pattern *://a.test/x/..*", "a name that begins so"),
        Row("a.test/x*/../b", "rejected pattern.dot-segment", "a star has slashes, too"),
        Row("a.test/*/..", "rejected pattern.dot-segment", "at the end"),
        // In a browser's order: dots first, then escapes and slashes.
        Row("a.test/x//../b*", "repaired url-spelling pattern *://a.test/x/b*", "an empty folder"),
        Row("a.test/x///../../b*", "repaired url-spelling pattern *://a.test/x/b*", "two of them"),
        Row("a.test/x/y%2fz/../b*", "repaired url-spelling pattern *://a.test/x/b*", "its slash"),
        Row("a.test/x/y%5cz/../b*", "repaired url-spelling pattern *://a.test/x/b*", "its slash"),
        Row("a.test/x\\y\\..\\b*", "repaired url-spelling pattern *://a.test/x/b*", "backslashes"),
        Row("a.test/x%2f/../b*", "repaired url-spelling pattern *://a.test/b*", "at its end"),
        Row("a.test/x//..%2fb*", "repaired url-spelling pattern *://a.test/b*", "only unescaped"),
    ])
    func dotSegmentsBesideStars(row: Row) {
        #expect(Self.outcome(row.line, .urls) == row.expected)
    }

    @Test(arguments: [
        Row("192.0.2.1", "accepted ip 192.0.2.1", "blocklistproject"),
        Row("192.0.2.0/24", "accepted cidr 192.0.2.0/24", "blocklistproject"),
        Row("192.0.2.1/24", "repaired host-bits cidr 192.0.2.0/24", "host bits"),
        Row("192.0.2.1/32", "accepted ip 192.0.2.1", "whole length"),
        Row("192.0.2.0/255.255.255.0", "repaired address-spelling cidr 192.0.2.0/24", "mask"),
        Row("2001:DB8::1", "repaired address-spelling ip 2001:db8::1", "upper case"),
        Row("2001:db8::/32", "accepted cidr 2001:db8::/32", "IPv6"),
        Row("::ffff:192.0.2.1", "repaired address-spelling ip 192.0.2.1", "RFC 4291 2.5.5.2"),
        Row(
            "192.0.2.1-192.0.2.6",
            "repaired range-split ip 192.0.2.1 | cidr 192.0.2.2/31 | "
                + "cidr 192.0.2.4/31 | ip 192.0.2.6", "range"),
        Row("192.0.2.0 - 192.0.2.255", "repaired range-split cidr 192.0.2.0/24", "range"),
        Row("192.0.2.6-192.0.2.1", "rejected address.range", "backwards"),
        Row("192.0.2.1 # x", "accepted ip 192.0.2.1", "comment"),
        Row("192.0.2.1:80", "repaired port-dropped ip 192.0.2.1", "port"),
        Row("192.0.2.1\u{A0}", "repaired white-space ip 192.0.2.1", "out of a document"),
        Row("\u{2007}192.0.2.1\u{A0} # x", "repaired white-space ip 192.0.2.1", "with a comment"),
        Row("[2001:db8::1]:80", "repaired port-dropped ip 2001:db8::1", "port"),
        Row("[2001:db8::1]", "repaired address-spelling ip 2001:db8::1", "as in URLs"),
        Row("[2001:db8::1", "rejected address.invalid", "half of it"),
        Row("192.0.2.01", "rejected address.invalid", "leading zero: octal or not?"),
        Row("192.0.2.256", "rejected address.invalid", "out of range"),
        Row("0.0.0.0/0", "rejected address.everything", "everything"),
        Row("::/0", "rejected address.everything", "everything"),
        Row("0.0.0.0-255.255.255.255", "rejected address.everything", "everything"),
        Row("192.0.2.0/33", "rejected address.prefix-length", "length"),
        Row("[2001:db8::]/32", "repaired address-spelling cidr 2001:db8::/32", "as in a URL"),
        Row("[2001:db8::]/129", "rejected address.prefix-length", "length"),
        Row("a.test", "rejected address.invalid", "a name"),
    ])
    func addresses(row: Row) { #expect(Self.outcome(row.line, .addresses) == row.expected) }

    /// Addresses are compared as IPv4 where they are that, and so must be what lists name.
    @Test(arguments: [
        Row("::ffff:192.0.2.0/120", "repaired address-spelling cidr 192.0.2.0/24", "mapped"),
        Row("::ffff:c000:201/128", "repaired address-spelling ip 192.0.2.1", "one address"),
        Row("[::ffff:c000:200]/120", "repaired address-spelling cidr 192.0.2.0/24", "brackets"),
        Row(
            "::ffff:192.0.2.9/120", "repaired host-bits+address-spelling cidr 192.0.2.0/24",
            "host bits"),
        Row("::ffff:0:0/97", "repaired address-spelling cidr 0.0.0.0/1", "half of IPv4"),
        Row("::ffff:0:0/96", "rejected address.everything", "all of IPv4"),
        Row("::ffff:0:0/95", "rejected address.prefix-length", "more than that"),
        Row("::ffff:192.0.2.0/24", "rejected address.prefix-length", "a length of IPv4's"),
        Row("::ffff:192.0.2.0/255.255.255.0", "rejected address.prefix-length", "a mask of it"),
        Row("64:ff9b::203.0.113.0/120", "repaired address-spelling cidr 203.0.113.0/24", "NAT64"),
        Row("64:ff9b::203.0.113.9", "repaired address-spelling ip 203.0.113.9", "RFC 6052 2.1"),
        Row("[64:ff9b::cb00:7109]:80", "repaired port-dropped ip 203.0.113.9", "with a port"),
        Row(
            "64:ff9b::cb00:7100-64:ff9b::cb00:71ff", "repaired range-split cidr 203.0.113.0/24",
            "a range"),
        Row("64:ff9b::/96", "accepted cidr 64:ff9b::/96", "the gateway"),
        Row("64:ff9b::203.0.113.0/96", "rejected address.prefix-length", "a part of it is meant"),
        Row("64:ff9b::203.0.113.0/24", "rejected address.prefix-length", "a length of IPv4's"),
        Row("64:ff9b:1::/48", "accepted cidr 64:ff9b:1::/48", "RFC 8215: no well-known prefix"),
        Row("::/8", "accepted cidr ::/8", "lists of bogons: IPv6 is meant"),
    ])
    func addressesOfIPv4InsideIPv6(row: Row) {
        #expect(Self.outcome(row.line, .addresses) == row.expected)
        // A cell of an order is the same, without a comment.
        let order = Self.outcome("order,target-type,target\n1,cidr,\(row.line)\n", .orders)
        let isTaken = !row.expected.hasPrefix("rejected")
        #expect(order == "structure \(row.expected)" + (isTaken ? " block" : ""))
        let exception = Self.outcome(row.line, .e2guardian, path: "exceptionsiteiplist")
        #expect(
            exception
                == row.expected.replacing(" cidr", with: " @@cidr").replacing(" ip", with: " @@ip"))
    }

    @Test(arguments: [
        Row("120.200.c000.ffff.zz.rpz-ip CNAME .", "accepted cidr 192.0.2.0/24", "mapped"),
        Row("128.7109.cb00.zz.ff9b.64.rpz-ip CNAME .", "accepted ip 203.0.113.9", "NAT64"),
        Row("96.0.0.ffff.zz.rpz-ip CNAME .", "rejected zone.address", "all of IPv4"),
        Row("96.zz.ff9b.64.rpz-ip CNAME .", "accepted cidr 64:ff9b::/96", "the gateway"),
    ])
    func triggersOfIPv4InsideIPv6(row: Row) {
        #expect(Self.outcome(row.line, .rpz) == row.expected)
    }

    @Test(arguments: [
        Row("porn|casino", "accepted regex porn|casino", "one a line"),
        Row("# x", "comment", "comment"),
        Row("a#b", "accepted regex a#b", "# inside"),
        Row(" a b ", "repaired white-space regex a b", "spaces inside stay"),
    ])
    func regex(row: Row) { #expect(Self.outcome(row.line, .regex) == row.expected) }

    /// Expressions as other programs write them.
    @Test(arguments: [
        Row(#"(\.|^)a\.test$"#, "repaired host-expression domain a.test", "Pi-hole's wildcard"),
        Row(#"(^|\.)a-1.b\.test$"#, #"accepted regex (^|\.)a-1.b\.test$"#, "a dot that is open"),
        Row(#"(^|\.)a-1\.b\.test$"#, "repaired host-expression domain a-1.b.test", "Pi-hole"),
        Row(#"(?:^|\.)a\.test$"#, "repaired host-expression domain a.test", "no group"),
        Row("(^|[.])a[.]test$", "repaired host-expression domain a.test", "classes for dots"),
        Row(#"^(.+\.)?a\.test$"#, "repaired host-expression domain a.test", "spelled out"),
        Row(#"(\.|^)A\.test$"#, "repaired upper-case+host-expression domain a.test", "capitals"),
        Row(#"(\.|^)test$"#, #"accepted regex (\.|^)test$"#, "one label"),
        Row(#"(\.|^)a\.test"#, #"accepted regex (\.|^)a\.test"#, "open at its end"),
        Row(#"(\.|^)a\.test\$"#, #"accepted regex (\.|^)a\.test\$"#, "a dollar sign"),
        Row(#"(\.|^)a\.\.test$"#, "rejected host.empty-label", "no name"),
        Row(#"/a\.test\/ads/"#, #"repaired delimiters regex a\.test\/ads"#, "adblock"),
        Row(#"/a\.test/i"#, #"repaired delimiters regex a\.test"#, "JavaScript"),
        Row("/[/]ads[0-9]/", "repaired delimiters regex [/]ads[0-9]", "a slash in a class"),
        Row(#"/(^|\.)a\.test$/"#, "repaired host-expression+delimiters domain a.test", "both"),
        Row("/ads/", "accepted regex /ads/", "text between slashes: a folder"),
        Row("/a/b+/", "accepted regex /a/b+/", "a slash between"),
        Row(#"/a\.test/banner"#, #"accepted regex /a\.test/banner"#, "letters that are no flags"),
        Row(#"/a\.test\/"#, #"accepted regex /a\.test\/"#, "no slash that ends it"),
        Row("/[a/", "accepted regex /[a/", "a class that does not end"),
        Row("/a\\", "accepted regex /a\\", "a backslash at the end"),
        Row("//", "accepted regex //", "nothing between"),
        Row(#"/a\.test/gi"#, "rejected regex.flag", "another flag"),
        Row("-i", "rejected regex.flag", "squid"), Row("+i", "rejected regex.flag", "squid"),
    ])
    func expressionsOfOthers(row: Row) {
        #expect(Self.outcome(row.line, .regex) == row.expected)
    }

    @Test(arguments: [(#"/a\.test/"#, false), (#"/a\.test/i"#, true), (#"a\.test"#, false)])
    func theFlagForCase(line: String, isCaseless: Bool) throws {
        var options = ListParser.Options()
        options.format = .regex
        let list = ListParser.parse(Array(line.utf8), name: "", path: "", options: options)
        let record = try #require(list.entries.records.first)
        #expect(record.flags.contains(.caseless) == isCaseless)
    }

    /// What seems to be about a host is told, and stays.
    @Test(arguments: [
        (#"a\.test$"#, true), ("[a-z]+[.]test$", true), (#"^x.*\.(test|example)$"#, true),
        (#"\.(?:test|example)$"#, true), (#"(^|\.)ads"#, true), (#"(\.|^)test$"#, true),
        (#"\.exe$"#, false), (#"ads\.js$"#, false), (#"\.(gif|swf)$"#, false),
        (#"/a\.test$"#, false), (#"a\.test\$"#, false), (#"a\.test"#, false), ("a.test$", false),
        ("ads$", false), (#"(a|\.test)$"#, false), ("$", false), ("a)$", false),
    ])
    func expressionsThatSeemToBeOfHosts(pattern: String, isTold: Bool) {
        var options = ListParser.Options()
        options.format = .regex
        let list = ListParser.parse(
            Array("x\n\(pattern)\n".utf8), name: "", path: "", options: options)
        let order = ListParser.parse(
            Array("order,target-type,target\n1,regex,\(pattern)\n".utf8), name: "",
            path: "orders.csv")
        for found in [list, order] {
            #expect(found.report.accepted >= 1)
            let told = found.report.diagnostics.filter { $0.code == "regex.host" }
            #expect(told.count == (isTold ? 1 : 0))
            #expect(told.allSatisfy { $0.severity == .warning && $0.location.line == 2 })
        }
    }
}
