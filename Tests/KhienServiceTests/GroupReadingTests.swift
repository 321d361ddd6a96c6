import KhienModel
import KhienPage
import KhienProxy
import KhienService
import KhienTestKit
import KhienText
import Testing

/// Bodies as they are read for groups of clients: every wish of an operator, with and without
/// phrases that an authority bans.
@Suite struct GroupReadingTests {
    private static let operators = """
        category: words
        scope: both
        rules:
        - { phrase: con vẹt xanh, effect: ban }
        - { phrase: con cua, weight: 60 }
        """
    private static let ordered = "scope: both\nrules:\n- { phrase: con rùa vàng, effect: ban }\n"

    private static func rules(hasBans: Bool) throws -> PageRules {
        var lists = [
            CompiledImage.list(operators, format: .phrases, name: "words", action: .block)
        ]
        if hasBans {
            lists.append(
                CompiledImage.list(
                    ordered, format: .phrases, name: "ordered", action: .block,
                    authority: .authority))
        }
        let compiled = try CompiledImage(lists)
        return try PageRules(image: compiled.image, matcher: compiled.matcher)
    }

    private typealias Wish = (page: PageSettings, settings: InspectionSettings)

    private static func wish(_ change: (inout PageSettings, inout InspectionSettings) -> Void)
        -> Wish
    {
        var (page, settings) = (PageSettings(), InspectionSettings())
        settings.readsRequests = true
        change(&page, &settings)
        return (page, settings)
    }

    /// What becomes of a page of this client group: the list that condemns it, or how it passes.
    private static func outcome(
        _ inspector: PageInspector, _ text: String, type: String = "text/html",
        group: ClientGroup = ClientGroup(1)
    ) throws -> String {
        guard inspector.settings(of: group).readsResponses else { return "not read" }
        let response = ResponseDescription(
            url: try WebURL("http://a.test/"), group: group, contentType: Array(type.utf8))
        return outcome(inspector.begin(response: response), text)
    }

    private static func form(
        _ inspector: PageInspector, _ text: String, group: ClientGroup = ClientGroup(1)
    ) throws -> String {
        guard inspector.settings(of: group).readsRequests else { return "not read" }
        let request = RequestBodyDescription(
            url: try WebURL("http://a.test/"), group: group,
            contentType: Array("application/x-www-form-urlencoded".utf8))
        return outcome(inspector.begin(request: request), "q=\(text)")
    }

    private static func outcome(_ start: InspectionStart, _ text: String) -> String {
        switch start {
        case .pass(let spot): return "pass \(spot.name)"
        case .unreadable(let spot): return "unreadable \(spot.name)"
        case .read(let inspection):
            var state = inspection.feed(Array(text.utf8).span)
            if case .undecided = state { state = inspection.finish() }
            switch state {
            case .undecided, .cleared: return "passes"
            case .unreadable(let spot): return "unreadable \(spot.name)"
            case .condemned(let judgement): return judgement.reason?.list ?? "?"
            }
        }
    }

    private static let pages = [
        "<p>con vẹt xanh", "<p>con cua", "<p>con rùa vàng", "<p>con rùa vàng, con vẹt xanh",
    ]

    @Test(arguments: [
        (true, ["words", "passes", "ordered", "ordered"]),
        (false, ["words", "passes", "passes", "words"]),
    ])
    func theGeneralSettings(hasBans: Bool, expected: [String]) throws {
        let general = Self.wish { _, _ in }
        let inspector = PageInspector(
            try Self.rules(hasBans: hasBans), page: general.page, settings: general.settings)
        let found = try Self.pages.map { try Self.outcome(inspector, $0, group: .general) }
        #expect(found == expected)
    }

    /// A group that is not read is read for what an authority bans, and for nothing else.
    @Test(arguments: [
        (true, ["passes", "passes", "ordered", "ordered"]),
        (false, ["not read", "not read", "not read", "not read"]),
    ])
    func aGroupThatIsNotRead(hasBans: Bool, expected: [String]) throws {
        let general = Self.wish { _, _ in }
        let own = Self.wish { _, settings in
            settings.readsResponses = false
            settings.readsRequests = false
        }
        let inspector = PageInspector(
            try Self.rules(hasBans: hasBans), page: general.page, settings: general.settings,
            groups: [own])
        #expect(try Self.pages.map { try Self.outcome(inspector, $0) } == expected)
        let typed = Self.pages.map { $0.replacing("<p>", with: "") }
        #expect(try typed.map { try Self.form(inspector, $0) } == expected)
        #expect(inspector.settings(of: ClientGroup(1)).isExcluded == !hasBans)
        #expect(!inspector.settings.isExcluded)
    }

    /// Where the settings for all read nothing, nobody is read for bans, and a group may be.
    @Test(arguments: [true, false])
    func onlyAGroupIsRead(hasBans: Bool) throws {
        let general = Self.wish { _, settings in
            settings.readsResponses = false
            settings.readsRequests = false
        }
        let inspector = PageInspector(
            try Self.rules(hasBans: hasBans), page: general.page, settings: general.settings,
            groups: [general, Self.wish { page, _ in page.limit = 60 }])
        for group in [ClientGroup.general, ClientGroup(1)] {
            #expect(try Self.outcome(inspector, Self.pages[2], group: group) == "not read")
            #expect(!inspector.settings(of: group).isExcluded)
        }
        let found = try Self.pages.map { try Self.outcome(inspector, $0, group: ClientGroup(2)) }
        let ordered = hasBans ? "ordered" : "passes"
        #expect(found == ["words", "words", ordered, hasBans ? "ordered" : "words"])
    }

    /// Types that only the settings for all name are read for bans.
    @Test(arguments: [true, false])
    func aGroupWithFewerTypes(hasBans: Bool) throws {
        let general = Self.wish { page, _ in
            page.kinds = [MarkupKinds(MarkupKind.html), MarkupKinds(MarkupKind.json)]
        }
        let own = Self.wish { page, _ in
            page.kinds = [MarkupKinds(MarkupKind.plain), MarkupKinds(MarkupKind.json)]
        }
        let inspector = PageInspector(
            try Self.rules(hasBans: hasBans), page: general.page, settings: general.settings,
            groups: [own])
        func found(_ type: String) throws -> [String] {
            try ["con vẹt xanh", "con rùa vàng"].map {
                try Self.outcome(inspector, "\"\($0)\"", type: type)
            }
        }
        #expect(
            try found("text/html")
                == (hasBans ? ["passes", "ordered"] : ["pass type", "pass type"]))
        #expect(try found("application/json") == ["words", hasBans ? "ordered" : "passes"])
        #expect(try found("text/plain") == ["words", hasBans ? "ordered" : "passes"])
        #expect(try found("text/css") == ["pass type", "pass type"])
    }

    /// Limits are those of the group, and a reader that is used again forgets the last one's. What is clean
    /// for one group is so for that group only.
    @Test(arguments: [0, 64]) func limitsDiffer(cleanPages: Int) throws {
        let general = Self.wish { _, _ in }
        let inspector = PageInspector(
            try Self.rules(hasBans: true), page: general.page, settings: general.settings,
            groups: [
                Self.wish { page, _ in page.limit = 60 },
                Self.wish { page, _ in page.groupLimits = ["words": 60] },
                Self.wish { page, _ in page.limit = 61 },
            ], cleanPages: cleanPages)
        for _ in 0..<3 {
            let found = try (0..<4).map {
                try Self.outcome(inspector, "<p>con cua", group: ClientGroup($0))
            }
            #expect(found == ["passes", "words", "words", "passes"])
            let forms = try (0..<4).map {
                try Self.form(inspector, "con cua", group: ClientGroup($0))
            }
            #expect(forms == found)
        }
    }

    /// A group that reads less of a page reads as much as all do where an authority bans.
    @Test(arguments: [(true, "ordered"), (false, "unreadable over-limit")])
    func howMuchIsRead(hasBans: Bool, expected: String) throws {
        let general = Self.wish { page, _ in page.bodyBytesMax = 1 << 20 }
        let inspector = PageInspector(
            try Self.rules(hasBans: hasBans), page: general.page, settings: general.settings,
            groups: [Self.wish { page, _ in page.bodyBytesMax = 10_000 }])
        let filler = String(repeating: "<p>một trang dài\n", count: 1_000)
        #expect(try Self.outcome(inspector, filler + "<p>con rùa vàng") == expected)
    }

    @Test(arguments: [true, false])
    func theFailurePolicyIsNoMilderWhereAnAuthorityBans(hasBans: Bool) throws {
        let general = Self.wish { _, settings in
            settings.blocksOverLimit = true
            settings.blocksOverloaded = true
        }
        let inspector = PageInspector(
            try Self.rules(hasBans: hasBans), page: general.page, settings: general.settings,
            groups: [Self.wish { _, settings in settings.blocksUnreadable = true }])
        let own = inspector.settings(of: ClientGroup(1))
        #expect(own.blocksUnreadable)
        #expect(own.blocksOverLimit == hasBans)
        #expect(own.blocksOverloaded == hasBans)
        #expect(inspector.settings.blocksOverloaded)
        #expect(!inspector.settings.blocksUnreadable)
    }
}
