import KhienConfig
import KhienModel
import Testing

@Suite struct FaultTests {
    /// What is wrong, the text, and the whole message.
    static let table: [(String, String, String)] = [
        (
            "unknown key, near", "lists: [{path: a}]\nworker: 2\n",
            "c.yaml:2:1: error: unknown key `worker`; did you mean `workers`? [config.unknown-key]"
        ),
        (
            "unknown key with underscore", "lists: [{path: a}]\nblock_page: {}\n",
            "c.yaml:2:1: error: unknown key `block_page`; did you mean `block-page`?"
                + " [config.unknown-key]"
        ),
        (
            "unknown key, far", "lists: [{path: a}]\nfailure: {colour: red}\n",
            "c.yaml:2:11: error: unknown key `colour`; expected one of: `log-unwritable`,"
                + " `text-over-limit`, `text-overloaded`, `text-unreadable` [config.unknown-key]"
        ),
        (
            "column in bytes after non-ASCII", "lists: [{path: \"ắ\", x-y-z: 1}]\n",
            "c.yaml:1:23: error: unknown key `x-y-z`; expected one of: `action`, `authority`,"
                + " `category`, `confidential`, `format`, `guards`, `name`, `path`"
                + " [config.unknown-key]"
        ),
        (
            "no lists", "workers: 1\n",
            "c.yaml:1:1: error: the key `lists` is missing; expected a list of lists"
                + " (`- path: ...`), at least one [config.missing-key]"
        ),
        (
            "lists empty", "lists:\n",
            "c.yaml:1:7: error: expected a list of lists (`- path: ...`), at least one, found"
                + " nothing [config.no-value]"
        ),
        (
            "lists of none", "lists: []\n",
            "c.yaml:1:8: error: expected a list of lists (`- path: ...`), at least one; found none"
                + " [config.out-of-range]"
        ),
        (
            "list without path", "lists: [{name: a}]\n",
            "c.yaml:1:9: error: the key `path` is missing; expected the path of a file or a folder"
                + " [config.missing-key]"
        ),
        (
            "two lists of one name", "lists:\n  - path: x/a.txt\n  - path: y/a.gz\n",
            "c.yaml:3:5: error: two lists are named `a` (the other in line 2); expected a `name` of"
                + " its own for each [config.duplicate]"
        ),
        (
            "confidential", "lists: [{path: a, confidential: perhaps}]\n",
            "c.yaml:1:33: error: expected `true` or `false`, found \"perhaps\""
                + " [config.wrong-type]"
        ),
        (
            "format misspelt", "lists: [{path: a, format: host}]\n",
            "c.yaml:1:27: error: expected one of: `auto`, `domains`, `hosts`, `dnsmasq`, `rpz`,"
                + " `urls`, `ut1`, `e2guardian`, `adblock`, `regex`, `addresses`, `sha256`, `phrases`, `orders`, but"
                + " found \"host\"; did you mean `hosts`? [config.invalid]"
        ),
        (
            "duration without unit", "lists: [{path: a}]\ntimeouts: {head: 30}\n",
            "c.yaml:2:18: error: expected a duration from 100ms to 1d, like 30s (units: ms, s, m,"
                + " h, d), found \"30\" [config.wrong-type]"
        ),
        (
            "duration out of range", "lists: [{path: a}]\ntimeouts: {head: 2d}\n",
            "c.yaml:2:18: error: expected a duration from 100ms to 1d, like 30s (units: ms, s, m,"
                + " h, d); \"2d\" is outside [config.out-of-range]"
        ),
        (
            "number overflow", "lists: [{path: a}]\nworkers: 99999999999999999999\n",
            "c.yaml:2:10: error: expected a whole number from 1 to 256, or `auto`, found"
                + " \"99999999999999999999\" [config.wrong-type]"
        ),
        (
            "a list where a section belongs", "lists: [{path: a}]\nguards: [1]\n",
            "c.yaml:2:9: error: expected a section (`key: value`), found a list"
                + " [config.wrong-type]"
        ),
        (
            "a scalar where a list belongs", "lists: [{path: a}]\nupstream: {connect-ports: 443}\n",
            "c.yaml:2:27: error: expected a list of: a whole number from 1 to 65535, found \"443\""
                + " [config.wrong-type]"
        ),
        (
            "IPv6 without brackets", "lists: [{path: a}]\nlisten: [{explicit: '::1:80'}]\n",
            "c.yaml:2:21: error: expected ADDRESS:PORT, like 127.0.0.1:8118 or [::1]:8118 (an IP"
                + " address; port 0: the system chooses), but an IPv6 address needs brackets"
                + " [config.invalid]"
        ),
        (
            "listening twice",
            "lists: [{path: a}]\nlisten: [{explicit: 127.0.0.1:1},"
                + " {explicit: 127.0.0.1:1}]\n",
            "c.yaml:2:35: error: 127.0.0.1:1 is listened on twice [config.duplicate]"
        ),
        (
            "control characters", "lists: [{path: a}]\nblock-page: {site: \"a\\nb\"}\n",
            "c.yaml:2:20: error: expected a name (at most 512 bytes), but it contains control"
                + " characters [config.invalid]"
        ),
        (
            "a URL that would break a header",
            "lists: [{path: a}]\nblock-page: {url: \"https://a.test/>;rel=x\"}\n",
            "c.yaml:2:19: error: expected an http or https URL in ASCII, like"
                + " https://filter.example.org/, or `none`, found \"https://a.test/>;rel=x\""
                + " [config.wrong-type]"
        ),
        (
            "socket path too long",
            "lists: [{path: a}]\ncontrol: /\(String(repeating: "x", count: 107))\n",
            "c.yaml:2:10: error: expected the path of a socket, but"
                + " \"/\(String(repeating: "x", count: 107))\" is longer than 107 bytes"
                + " [config.invalid]"
        ),
        (
            "key twice", "lists: [{path: a}]\nworkers: 1\nworkers: 2\n",
            "c.yaml:2:1: error: the key `workers` stands more than once in this section; expected"
                + " each key once [config.duplicate-key]"
        ),
        (
            "tab as indentation", "lists:\n\t- path: a\n",
            "c.yaml:2:1: error: YAML: while scanning for the next token, found character that cannot"
                + " start any token [config.syntax]"
        ),
        (
            "two documents", "lists: [{path: a}]\n---\nlists: []\n",
            "c.yaml:2:1: error: YAML: expected a single document in the stream, but found another"
                + " document [config.syntax]"
        ),
        (
            "undefined alias", "lists: *x\n",
            "c.yaml:1:8: error: YAML: found undefined alias [config.syntax]"
        ),
        (
            "empty", "",
            "c.yaml: error: the file is empty; expected at least the key `lists` [config.empty]"
        ),
        (
            "only comments", "# nothing\n",
            "c.yaml: error: the file is empty; expected at least the key `lists` [config.empty]"
        ),
        (
            "a key that is a list", "[a, b]: 1\n",
            "c.yaml:1:1: error: a key must be a short word, as in `state: ...` [config.key]"
        ),
    ]

    @Test(arguments: table)
    func eachFaultIsNamedWithItsPlace(what: String, text: String, message: String) {
        #expect(faults(text, file: "c.yaml") == [message], "\(what)")
    }

    @Test func allFaultsAreCollectedInTheFilesOrder() {
        let found = faults(
            """
            workers: 0
            lists:
              - path: a
                action: shoot
            timeouts: {head: x, nap: 1s}
            """, file: "c.yaml")
        #expect(
            found.map { $0.split(separator: " ")[0] } == [
                "c.yaml:1:10:", "c.yaml:4:13:", "c.yaml:5:18:", "c.yaml:5:21:",
            ])
    }

    @Test func hostileValuesDoNotReachTheTerminal() {
        let found = faults(
            "lists: [{path: a}]\nworkers: \"\\e[2J\(String(repeating: "y", count: 500))\"\n")
        #expect(found.count == 1)
        #expect(found.allSatisfy { !$0.utf8.contains(0x1B) && $0.utf8.count < 250 })
    }
}
