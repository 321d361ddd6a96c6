import KhienLists
import KhienModel
import Testing

@Suite struct AdblockGrammarTests {
    typealias Row = GrammarTests.Row

    @Test(arguments: [
        Row("||ads.test^", "accepted domain ads.test", "EasyList"),
        Row("||ADS.test^", "accepted domain ads.test", "case is nothing in adblock"),
        Row("@@||ads.test^", "accepted @@domain ads.test", "AdGuard DNS"),
        Row("||ads.test^|", "accepted domain ads.test", "AdGuard DNS: the name is all there is"),
        Row("@@||ads.test^|", "accepted @@domain ads.test", "AdGuard DNS"),
        Row("||192.0.2.1^|", "accepted host 192.0.2.1", "AdGuard DNS"),
        Row("||ads.test^|$3p", "accepted pattern ads.test^", "with options"),
        Row("||ads.test/^|", "accepted pattern ads.test/^", "a path ends there"),
        Row("||ads.test|", "accepted pattern ads.test", "no ^: the URL ends there"),
        Row("||192.0.2.1^", "accepted host 192.0.2.1", "urlhaus"),
        Row("0 a.test b.test", "accepted host a.test | host b.test", "a shorter hosts file"),
        Row("1 a.test", "rejected rule.white-space", "no address"),
        Row("||a.test/x\u{A0}", "accepted pattern a.test/x", "out of a document"),
        Row("||[2001:db8::1]^", "accepted host [2001:db8::1]", "an IPv6 host"),
        Row("@@||[2001:DB8::1]^|", "accepted @@host [2001:db8::1]", "an IPv6 host"),
        Row(
            "||[2001:db8:0::1]^", "repaired address-spelling host [2001:db8::1]",
            "as URLs spell it"),
        Row("||[2001:db8:0::1]^$3p", "accepted pattern [2001:db8::1]^", "with options"),
        Row(
            "|http://[2001:DB8:0::1]/X", "accepted pattern http://[2001:db8::1]/x",
            "behind a scheme"),
        Row(
            "|http*://[2001:db8:0:0::1]:81/x", "accepted pattern http*://[2001:db8::1]:81/x",
            "behind one of two schemes"),
        Row("://[2001:db8:0::1]/x", "accepted pattern ://[2001:db8::1]/x", "behind its end"),
        Row(
            "|http://[::ffff:192.0.2.1]/x$match-case",
            "accepted pattern http://[::ffff:c000:201]/x", "as URLs have it"),
        Row(
            "/x?u=http://[2001:db8:0::1]/y", "accepted pattern /x?u=http://[2001:db8:0::1]/y",
            "in a query it stays"),
        Row("|http://[2001:db8::x]/", "accepted pattern http://[2001:db8::x]/", "not an address"),
        Row("||[2001:DB8::1]/x", "accepted pattern [2001:db8::1]/x", "with a path"),
        Row("||[::ffff:192.0.2.1]/x", "accepted pattern [::ffff:c000:201]/x", "as in a URL"),
        Row("||[2001:db8::g]^", "accepted pattern [2001:db8::g]^", "no address"),
        Row("ads.test", "accepted domain ads.test", "urlhaus: a name alone"),
        Row("192.0.2.1", "accepted host 192.0.2.1", "urlhaus: an address alone"),
        Row("0.0.0.0 ads.test", "accepted host ads.test", "hosts line in a DNS list"),
        Row("||ads.test", "accepted pattern ads.test", "no ^: a prefix of names too"),
        Row("||ads.test^$third-party", "accepted pattern ads.test^", "EasyList"),
        Row("/ads/banner", "accepted pattern /ads/banner", "EasyList"),
        Row("*/ads/*", "accepted pattern /ads/", "stars at the ends say nothing"),
        Row("|https://ads.test/", "accepted pattern https://ads.test/", "EasyList"),
        Row("/ad[0-9]+/", "accepted regex ad[0-9]+", "regular expression"),
        Row("/ad$/", "accepted regex ad$", "$ inside a regular expression"),
        Row("/ad[0-9]/$script,domain=a.test", "accepted regex ad[0-9]", "with options"),
        Row("||cốccốc.test/x", "repaired internationalised pattern xn--cccc-0x5ac.test/x", "IDN"),
        Row("/quảng", "repaired url-spelling pattern /qu%e1%ba%a3ng", "Unicode in a path"),
        Row("||a.test/$path/x", "accepted pattern a.test/$path/x", "$ that begins no option"),
        Row("! x", "comment", "comment"), Row("!", "comment", "comment"),
        Row("[Adblock Plus 2.0]", "structure", "header"),
        Row("a.test##.ad", "cosmetic", "element hiding"),
        Row("###id", "cosmetic", "element hiding"),
        Row("a.test#@#.ad", "cosmetic", "exception"),
        Row("a.test#?#div:has(x)", "cosmetic", "extended"),
        Row("a.test##+js(x)", "cosmetic", "scriptlet"),
        Row("a.test##^script", "cosmetic", "HTML filter"),
        Row("a.test$$script[x]", "cosmetic", "AdGuard HTML filter"),
        Row("a.test#%#x", "cosmetic", "AdGuard script"),
        Row("||a.test^$csp=script-src", "unsupported option.csp", "EasyList"),
        Row("||a.test^$removeparam=/^utm$/", "unsupported option.removeparam", "uBlock"),
        Row("||a.test^$redirect-rule=noopjs", "unsupported option.redirect-rule", "uBlock"),
        Row(
            "||a.test^$script,redirect=noopjs", "repaired redirect-dropped pattern a.test^",
            "uBlock: redirect= blocks too"),
        Row("||a.test^$frobnicate", "unsupported option.unknown", "unknown option"),
        Row("||a.test^$domain=/x/", "unsupported option.domain-regex", "uBlock"),
        Row("||a.test^$~important", "rejected option.negated", "hostile"),
        Row("||a.test^$domain=", "rejected option.domain", "hostile"),
        Row("*", "rejected rule.everything", "every request"),
        Row("^", "rejected rule.everything", "every request"),
        Row("@@", "rejected rule.everything", "every request"),
        Row("*$popup", "accepted pattern", "bound by its type"),
        Row("a b", "rejected rule.white-space", "prose"),
        Row("!#include x.txt", "unsupported adblock.include", "uBlock"),
        Row("!#endif", "rejected adblock.directive", "nothing is open"),
    ])
    func lines(row: Row) {
        #expect(GrammarTests.outcome(row.line, .adblock) == row.expected)
    }

    /// `!#if` asks for a browser; a proxy takes the other branch. Source: uBlock Origin's wiki,
    /// "Static filter syntax", pre-parsing directives.
    @Test(arguments: [
        ("env_firefox", false), ("!env_mobile", true), ("true", true), ("false", false),
        ("!cap_html_filtering && !ext_ubol", true), ("true || env_x", true),
        ("(env_a || true) && !(env_b)", true), ("", false), ("!(", false), ("a b", false),
        (String(repeating: "!", count: 17) + "true", false),
    ])
    func conditions(condition: String, isTaken: Bool) {
        let text = "!#if \(condition)\n||yes.test^\n!#else\n||no.test^\n!#endif"
        let expected = isTaken ? "yes.test" : "no.test"
        #expect(
            GrammarTests.outcome(text, .adblock)
                == "structure accepted unsupported adblock.preprocessor domain \(expected)")
    }

    @Test(arguments: [
        ("||a.test^$script", ["script"]), ("||a.test^$script,image", ["script", "image"]),
        ("||a.test/x$~script", ["-script", "-document", "-popup"]),
        ("||a.test/x", ["-document", "-popup"]), ("||a.test^$third-party", ["-popup"]),
        ("||a.test^$~image", ["-image", "-document", "-popup"]), ("||a.test^$all", []),
        ("||a.test^|$third-party", ["-popup"]), ("||a.test^$doc", ["document"]),
        ("||a.test^$xhr", ["xmlhttprequest"]),
    ])
    func typesOfARule(rule: String, types: [String]) throws {
        let parsed = try #require(Self.rule(rule))
        let excluded = types.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
        for type in RequestType.allCases {
            let wanted =
                excluded.count == types.count
                ? !excluded.contains(type.name) : types.contains(type.name)
            #expect(parsed.rules.applies(to: type) == wanted, "\(rule) \(type)")
        }
    }

    @Test func optionsOfARule() throws {
        let text =
            "@@||a.test/X|$3p,important,match-case,domain=b.test|~c.b.test|d.*,denyallow=e.test"
        let (rule, list) = try #require(Self.rule(text))
        #expect(rule.traits == [.exception, .important, .matchCase])
        #expect(rule.anchors == [.host, .end])
        #expect(rule.party == .third)
        #expect(
            String(decoding: list.entries.text[rule.pattern.range], as: UTF8.self) == "a.test/X")
        func names(_ range: Range<UInt32>) -> [String] {
            range.map {
                String(decoding: list.entries.text[list.ruleDomains[Int($0)].range], as: UTF8.self)
            }
        }
        #expect(names(rule.includeDomains) == ["b.test", "d.*"])
        #expect(names(rule.excludeDomains) == ["c.b.test"])
        #expect(names(rule.denyAllowDomains) == ["e.test"])
        #expect(list.entries.records[0].action == .allow)
    }

    @Test(arguments: [
        ("||a.test^", "||a.test^$badfilter", true),
        ("@@||a.test^", "||a.test^$badfilter", false),
        ("||a.test^|", "||a.test^$badfilter", true), ("||a.test^", "||a.test^|$badfilter", true),
        (
            "||a.test/x$script,domain=b.test|c.test",
            "||a.test/x$domain=c.test|b.test,script,badfilter", true
        ),
        ("||a.test/x$script", "||a.test/x$image,badfilter", false),
        ("/x$3p", "/x$3p,badfilter", true),
    ])
    func badFilters(rule: String, canceller: String, isCancelled: Bool) {
        var options = ListParser.Options()
        options.format = .adblock
        let lists = [rule, canceller].map {
            ListParser.parse(Array($0.utf8), name: "", path: "", options: options)
        }
        #expect(lists[1].entries.records.isEmpty)
        #expect(lists[1].report.accepted == 1)
        let bad = BadFilters(lists)
        #expect(bad.cancels(lists[0].entries.records[0], in: lists[0]) == isCancelled)
    }

    /// What is in every URL names none.
    @Test(arguments: ["/", "//", "://", ":", ".", "^", "*", "|*", "||.", "@@/", "/^"])
    func rulesOfSeparatorsOnly(rule: String) {
        #expect(GrammarTests.outcome(rule, .adblock) == "rejected rule.everything")
        #expect(!GrammarTests.outcome(rule + "$script,domain=a.test", .adblock).contains("every"))
    }

    /// Options bind a rule that says nothing only where they leave out most of what there is.
    @Test(arguments: [
        ("*$all", true), ("*$document", true), ("*$doc,script", true), ("||*^$all", true),
        ("*$script,image,document,other,stylesheet", true), ("*$denyallow=x.test", true),
        ("*$script,~image", true), ("*$all,~document", true), ("*$domain=~a.test", true),
        (
            "*$script,image,stylesheet,object,xhr,frame,ping,websocket,font,media,other", true
        ),
        ("@@*$document", true), ("*$all,important", true), ("$all", true),
        ("http", true), ("https", true), ("|http", true), ("|https", true), ("|http:", true),
        ("|http://", true), ("|https://", true), ("HTTP://", true), ("|http*://", true),
        ("ttp", true), ("s:", true), ("|http^", true), ("|https://*.", true),
        ("|https://*$document", true), ("http$denyallow=x.test", true),
        ("*$script", false), ("*$popup", false), ("*$websocket", false), ("*$3p", false),
        ("*$popup,domain=a.test", false), ("$websocket,domain=a.test|b.test", false),
        ("*$document,domain=a.test", false), ("*$all,3p", false), ("|http://$image", false),
        ("*$script,denyallow=x.test,domain=a.test", false), ("*$3p,denyallow=x.test", false),
        ("|https://$3p,script,domain=a.test", false), ("@@|http://$document,domain=a.test", false),
        ("||http", false), ("http|", false), ("|http://a", false), ("http*s://", true),
        ("^http^", false), ("https*http", false), ("httpx", false), ("/http", false),
        ("ws://", false), ("|ws://", false), ("ads$document", false),
        ("ads$denyallow=x.test", false),
    ])
    func rulesForTheWholeWeb(rule: String, isRefused: Bool) {
        let outcome = GrammarTests.outcome(rule, .adblock)
        #expect((outcome == "rejected rule.everything") == isRefused, "\(outcome)")
        #expect(outcome.hasPrefix("accepted") == !isRefused, "\(outcome)")
    }

    static func rule(_ text: String) -> (rules: AdblockRule, list: ParsedList)? {
        var options = ListParser.Options()
        options.format = .adblock
        let list = ListParser.parse(Array(text.utf8), name: "", path: "", options: options)
        return list.adblockRules.first.map { ($0, list) }
    }
}
