import KhienModel

/// The keys of every section. Names and shapes are those of docs/CONFIGURATION.md, which is
/// generated from here.
enum ConfigurationTables {
    static let root = SectionTable<Configuration>([
        .value(
            "listen", \.listen, Listeners.parser,
            "Where clients connect. Port 0: the system chooses; the choice is printed."),
        .value(
            "control", \.control,
            .path("a socket", bytesMax: Limits.Config.socketPathBytesMax),
            "The Unix socket of `khien status` and `khien reload`."),
        .value(
            "state", \.state, .path("a folder"),
            "All that outlives a restart: the last good image, the event log, keys."),
        .section("guards", \.guards, guards),
        Lists.key,
        .section("upstream", \.upstream, upstream),
        .section("block-page", \.blockPage, blockPage),
        .section("events", \.events, events),
        .section("text", \.text, text),
        .section("failure", \.failure, failure),
        ClientGroups.key,
        .value("workers", \.workers, Workers.parser, "Event loops; `auto`: one a processor."),
        .section("timeouts", \.timeouts, timeouts),
        .section("limits", \.limits, limits),
        .value(
            "protected-names", \.protectedNames, ValueParser.hostName.list(),
            "Domains that no list may block unasked: an entry that would is held for a person; an order"
                + " holds all the same, with a warning."),
        .value(
            "release", \.release, ValueParser.text("a target").list(),
            "Targets of held entries that you let go, as the message `entry.held` or `order.rejected`"
                + " names them."),
        .value(
            "public-suffix-list", \.publicSuffixList, .path("a file"),
            "The public suffix list, in its own format; public suffixes are protected names."),
    ])

    static let guards = SectionTable<GuardConfiguration>([
        .value(
            "minimum-entries", \.minimumEntries, .integer(0...1_000_000_000),
            "A list with fewer accepted entries is refused; of orders all rows count."),
        .value(
            "maximum-shrink", \.maximumShrink, ValueParser.percentage(0...100).orNone(),
            "A list that lost a larger share of its entries since the last good one is refused."),
        .value(
            "maximum-growth", \.maximumGrowth, ValueParser.percentage(0...100_000).orNone(),
            "A list that grew by a larger share since the last good one is refused."),
        .value(
            "maximum-rejected", \.maximumRejected, ValueParser.percentage(0...100).orNone(),
            "A list with a larger share of wrong lines is refused; so is one with wrong lines only."
                + " Rows of orders are told one by one instead."
        ),
        .value(
            "small-list-entries", \.smallListEntries, .integer(0...1_000_000_000),
            "The two shares are not judged while both versions have fewer entries than this."),
        .value(
            "canaries", \.canaries, ValueParser.hostName.list(),
            "Host names that the new lists must block, else they are refused."),
    ])

    static let upstream = SectionTable<UpstreamConfiguration>([
        .value(
            "connect-ports", \.connectPorts, ValueParser.integer(1...65_535).list(),
            "Ports that CONNECT may name."),
        .value(
            "allow-private", \.allowPrivate, PrivateNetworks.parser,
            "Private, loopback and link-local destinations: refused, allowed, or allowed in these"
                + " networks."),
        .value(
            "idle-connections", \.idleConnections, .integer(0...1_024),
            "Idle connections kept for each origin by each worker."),
        .value(
            "resolve-cache", \.resolveCache, .duration(.seconds(1)...(.seconds(86_400))),
            "How long a resolved name is used."),
        .value(
            "resolve-failure-cache", \.resolveFailureCache,
            .duration(.milliseconds(1)...(.seconds(3_600))),
            "How long a failure to resolve is remembered."),
        .value(
            "happy-eyeballs-delay", \.happyEyeballsDelay,
            .duration(.milliseconds(10)...(.seconds(2))),
            "How long one address is tried before the next one is tried as well (RFC 8305)."),
    ])

    static let blockPage = SectionTable<BlockPageConfiguration>([
        .value(
            "site", \.site, .text("a name"), "Who runs the proxy, as people know them."),
        .value(
            "contact", \.contact, .text("an e-mail address, a telephone number or a URL"),
            "Where people ask or complain about the operator's own rules."),
        .value(
            "languages", \.languages,
            ValueParser<BlockPageConfiguration.Language>.choice().list(atLeast: 1),
            "Languages of the pages; the first serves clients that ask for none of them."),
        .value(
            "hotline", \.hotline, Hotline.parser,
            "The telephone number for children in need; 111 is Vietnam's, free, day and night."),
        .value(
            "templates", \.templates, ValueParser.path("a folder").orNone(),
            "A folder with pages in place of the built-in ones: `block`, `warn`, `form` (personal data in a"
                + " form) and `message` (other words in one), each `.vi.html` or `.en.html`."),
        .value(
            "url", \.url, WebAddress.parser.orNone(),
            "A page about the filter, named in `Link: <...>; rel=\"blocked-by\"` (RFC 7725). Its"
                + " host is a protected name."),
        .value(
            "continue-lifetime", \.continueLifetime,
            .duration(.seconds(60)...(.seconds(86_400))),
            "How long \"continue\" on a warning page holds."),
    ])

    static let events = SectionTable<EventsConfiguration>([
        .value("url", \.url, .choice(), "How much of a URL the event log holds."),
        .value(
            "client", \.client, .choice(),
            "`pseudonym`: a keyed hash of the client's address; its key changes each day and is"
                + " not kept."),
        .value(
            "path", \.path, ValueParser.path("a folder").optional,
            "The event log's folder.", shownDefault: "events in the state folder"),
        .value(
            "gravest", \.gravest, ValueParser.word("a category").list(),
            "Categories whose URLs are written as `keyed-hash` at most, whatever `url` says."),
        .value(
            "sync", \.sync,
            ValueParser.duration(.milliseconds(10)...(.seconds(3_600))).orNone(),
            "How often the log is forced to the disk; `none`: when the system does it."),
        .value("node", \.node, .word("a name"), "This machine's name in events."),
    ])

    static let failure = SectionTable<FailureConfiguration>([
        .value(
            "log-unwritable", \.logUnwritable, .choice(),
            "When events cannot be written: keep blocking unrecorded,"
                + " or refuse everything. Each is counted and shouted."),
        .value(
            "text-over-limit", \.textOverLimit, .choice(),
            "When a page or a form is longer than what is read of it (`text.body-max`), or expands to"
                + " more. `block` refuses forms longer than `text.hold` as well, before a byte leaves."
        ),
        .value(
            "text-unreadable", \.textUnreadable, .choice(),
            "When one cannot be read: damaged, in an unknown coding, a part of a whole."
                + " `khien status` counts each by its reason."),
        .value(
            "text-overloaded", \.textOverloaded, .choice(),
            "When one could be read, and too many are being read at a time, or their decoders hold all"
                + " memory that they may. What one client has too much of is refused whatever this says."
        ),
    ])

    static let text = SectionTable<TextConfiguration>([
        .value("pages", \.pages, .onOff, "Whether pages are judged by what they say."),
        .value(
            "forms", \.forms, .onOff,
            "Whether what people send is judged as well, by phrases with `scope: forms` or `both`:"
                + " forms, also in the query of a URL, JSON, plain text, files that say that they are text."
        ),
        .value(
            "hold", \.hold, .size(4_096...1_048_576),
            "Bytes of a page or a form, as sent, that are held until it is known whether it passes. What"
                + " is longer is read on while it passes; longer forms are refused where"
                + " `failure.text-over-limit` is `block`."),
        .value(
            "delay-max", \.delayMax, .duration(.milliseconds(10)...(.seconds(10))),
            "What is held waits no longer than this for the next byte, and eight times this in all;"
                + " server-sent events never longer than once."),
        .value(
            "body-max", \.bodyMax, .size(65_536...1_073_741_824),
            "Bytes of a page or a form that are read, as sent and as they decode to; files in forms do not"
                + " count. For the rest see `failure.text-over-limit`."),
        .value(
            "limit", \.limit, .integer(1...1_000_000),
            "The score at which a page is condemned."),
        .value(
            "limits", \.limits, GroupLimits.parser,
            "The same for the phrases of one group."),
        .value(
            "types", \.types, ValueParser<TextConfiguration.TextType>.choice().list(atLeast: 1),
            "Kinds of pages that are read; others pass and are counted."),
        .value(
            "clean-pages", \.cleanPages, .integer(0...1_048_576),
            "Pages that were found clean are known again by their bytes and not read again until the next"
                + " reload: room for so many in each worker, 16 bytes each; pages of more than `text.hold`"
                + " take several. 0: every page is read."),
    ])

    private static let long = Duration.milliseconds(100)...(.seconds(86_400))

    static let timeouts = SectionTable<TimeoutConfiguration>([
        .value("head", \.head, .duration(long), "From a request's first byte to its head's end."),
        .value("idle", \.idle, .duration(long), "Between two requests on a connection."),
        .value("connect", \.connect, .duration(long), "To open a connection to the origin."),
        .value(
            "response", \.response, .duration(long),
            "From the request's end to the response's head; also between two parts of a form that is"
                + " read before it is sent on."),
        .value(
            "transfer-idle", \.transferIdle, .duration(long),
            "Between two parts of a response, or of a request's body; also for a side that takes"
                + " nothing."),
        .value("tunnel-idle", \.tunnelIdle, .duration(long), "Without a byte through a tunnel."),
        .value("drain", \.drain, .duration(long), "From SIGTERM to the end of what is open."),
    ])

    static let limits = SectionTable<LimitConfiguration>([
        .value(
            "connections", \.connections, .integer(1...1_000_000), "Client connections at a time."),
        .value(
            "request-line-bytes", \.requestLineBytes, .size(512...65_536),
            "A longer request line is answered 414."),
        .value(
            "header-bytes", \.headerBytes, .size(1_024...1_048_576),
            "A longer head is answered 431, a longer response head 502."),
        .value(
            "header-fields", \.headerFields, .integer(8...4_096),
            "A head with more fields is answered 431."),
    ])
}
