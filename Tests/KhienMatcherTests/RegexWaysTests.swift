import KhienModel
import KhienRegex
import Testing

/// Expressions in which a piece doubles the ways to what follows it, where machine code counts nothing: whatever PCRE2's
/// syntax has around it, they are counted from their begin, and given up soon. What machine code decided would be "no
/// match", after some milliseconds with 22 pieces, and never with 40.
@Suite struct RegexWaysTests {
    /// With the few steps that a subject gives by itself.
    private static func outcome(
        _ pattern: String, _ subject: [UInt8], _ budget: inout RegexBudget
    ) throws -> RegexOutcome {
        let program = try RegexProgram(Array(pattern.utf8).span, isCaseless: false)
        let scratch = try #require(RegexScratch())
        return scratch.match(RegexSet([program]), 0, subject.span, &budget)
    }

    private static func gaveUp(_ pattern: String, _ subject: [UInt8] = subject) throws -> Bool {
        var budget = RegexBudget(steps: 0)
        return try outcome(pattern, subject, &budget) == .gaveUp
    }

    private static func cost(_ pattern: String) throws -> Int {
        try #require(RegexCost()).measure(Array(pattern.utf8).span, isCaseless: false)
    }

    private static let subject = Array(
        ("http://a.test/porn/" + String(repeating: "a", count: 70)).utf8)

    private static func times(_ count: Int, _ text: String) -> String {
        String(repeating: text, count: count)
    }

    @Test(arguments: [
        "(.|.)", "(?>.|)(?:.|)", "(?=.)?", "(?=.)*", "(?=.|.)?", "(?<=.)?", "(?*.|.)", "(?<*.|.)",
        "(*pla:.)?", "(*positive_lookahead:.)?", "(*plb:.)?", "(*napla:.|.)", "(*naplb:.|.)",
        "(*non_atomic_positive_lookahead:.|.)", "(*sr:.|.)", "(*script_run:.|.)", "(?'n'.|.)",
        "(?<n>.|.)", "(?P<n>.|.)", "((?=.)?)", "(?x: ( . | . ) )", "(?x:(.#)\n|.))",
        "(?>(?:.|.))(?=.)?", "(.|.)\\E{1}", "(?=(?=.)?)?",
    ])
    func piecesThatDoubleTheWays(piece: String) throws {
        let pattern = "(?J)/porn/?" + Self.times(22, piece) + "(?!.)"
        #expect(try Self.gaveUp(pattern))
        #expect(try Self.cost(pattern) >= Limits.Regex.costStepsTold)
    }

    /// What a reader of the pattern could take for brackets, bars or the end of a class.
    @Test(arguments: [
        "[^\\E][]", "[^\\Q\\E][]", "[\\E][]?", "[\\Q]\\E]?", "\\Q(\\E?", "\\Q[\\E?", "\\Qa\\E?",
        "\\Q\\E\\Q(\\E\\E?", "\\E", "(?x) # ( [ \\n\n", "(?xx)[^ ](]", "(?xx)[ ]]?", "(?#|([)",
        "(?#\\)", "\\c(?", "\\c[?", "[\\c]]?", "[[:alpha:](]", "[]|(]?", "[^]|(]", "[[.]?",
        "[[:x]?", "[[=(]?", "[\\\\]?", "\\\\?", "[\\x{5d}(]?", "[a\\](]", "\\x{28}?", "\\x28?",
        "\\o{50}?", "\\050?", "\\(?", "\\[?", "\\|?", "\\N", "\\p{L}", "{?", "}?", "(?C\"(\")",
        "(?C'[')", "(?C1)", "(*MARK:([)", "(*:[)", "(?i)", "(?-i)", "(?^)", "(?)", "(?J)",
        "(?s-i:)", "(?x:#(\n)", "(?x:#)\n)", "(?i)(?x)#(\n", "(?<a>)", "(?'a')", "(?P<a>)",
        "(?|(a)|(b)|)", "(?(?!x)|y)", "(?(<a>)x|)(?<a>)", "(?(R&a)x|)(?<a>)",
        "(?('a')x|)(?<a>)", "(?(VERSION>=10)|x)", "(?(DEFINE)(x|y))", "[[:<:]]?", "()\\g{-1}?",
    ])
    func syntaxBeforeThem(syntax: String) throws {
        for piece in ["(.|.)", "(?=.)?"] {
            let pattern = "/porn/?" + syntax + Self.times(22, piece) + "(?!.)"
            #expect(try Self.gaveUp(pattern), "\(pattern)")
        }
    }

    /// What stands first in a pattern only, and what a class hides that ends late.
    @Test(arguments: [
        "(*UCP)#(?!.)", "(*CR)(?x)x?#(\r#(?!.)", "(*LF)(?x)x?#(\r#\n#(?!.)",
        "(*ANY)(?x)x?#(\r#(?!.)", "(*BSR_ANYCRLF)#(?!.)", "/porn/?[^\\E][]#(?!\\w)]?",
        "/porn/?[^\\E][]#(?![a-y])z?]?", "/porn/?(?:#)(?!.)",
    ])
    func syntaxAroundThem(syntax: String) throws {
        let place = try #require(syntax.lastIndex(of: "#"))
        for piece in ["(.|.)", "(?=.)?"] {
            let pattern =
                String(syntax[..<place]) + Self.times(22, piece)
                + String(syntax[syntax.index(after: place)...])
            #expect(try Self.gaveUp(pattern), "\(pattern)")
        }
    }

    /// Letters of Latin-1 without case are two texts that fit the same byte.
    @Test func lettersOfLatin1() throws {
        let (small, great): ([UInt8], [UInt8]) = ([0xE9], [0xC9])
        let piece = Array("(".utf8) + small + Array("|".utf8) + great + Array(")".utf8)
        let pattern =
            Array("(*UCP)(?i)".utf8) + (0..<22).flatMap { _ in piece } + Array("(?!.)".utf8)
        let program = try RegexProgram(pattern.span, isCaseless: false)
        let subject = [UInt8](repeating: 0xE9, count: 40)
        var budget = RegexBudget(steps: 0)
        let scratch = try #require(RegexScratch())
        #expect(scratch.match(RegexSet([program]), 0, subject.span, &budget) == .gaveUp)
    }

    /// Calls multiply the ways through what they call, and each that ends leads on in the group that called; ways multiply
    /// what is read at the place to which they lead. The first of them took ten seconds with 30 letters, the others
    /// one to ten.
    @Test(arguments: [
        ("x(a(?1)(.|.)|b)(?!.)", "x", 22, "b", 60), ("x(?<n>a(?&n)(.|.)|b)(?!.)", "x", 22, "b", 60),
        ("x(a\\g<1>(.|.)|b)(?!.)", "x", 22, "b", 60), ("x(a(?-1)(.|.)|b)(?!.)", "x", 22, "b", 60),
        ("(|.)(?1)(?1)*9(?=[^;]{2500})", "/", 2_400, ";", 1_985),
        ("*10(?=[^;]{2500})", "/", 2_400, ";", 1_985),
        ("(|.)(?1)(?1)(?1)(?1)(?1)*8(?:.;|.~)", "/", 8_170, "", 0),
    ])
    func callsAndWays(
        item: String, start: String, first: Int, middle: String, second: Int
    ) throws {
        var pattern = item
        if let star = item.firstIndex(of: "*"), let last = item[star...].firstIndex(of: "(") {
            let count = Int(item[item.index(after: star)..<last]) ?? 0
            pattern =
                String(item[..<star]) + Self.times(count, "(.|.)") + String(item[last...])
        }
        let subject = start + Self.times(first, "a") + middle + Self.times(second, "a")
        #expect(try Self.gaveUp(pattern, Array(subject.utf8)))
    }

    /// What leads on in few ways is judged fast, however it is written.
    @Test(arguments: [
        "(?x) ads # one | ( two \n (com|net) [0-9]", "\\Q.ads(\\E(?:com|net)[0-9]",
        "^(?=.*[0-9])ads(?:com|[a-z]{2})", "(?#(|)ads(?!com|net)(?:com|[0-9])",
        "^[^\\E][](com|net)[0-9]", "(?:ads|(?<!x)banner)(?=[/.])(?:com|net)?[0-9]",
        "(com|net)?(?:\\1)x",
        "(?<n>com|net)(?&n)[0-9]", "sex(*SKIP)(*FAIL)|ads(?:com|net)[0-9]",
    ])
    func ordinarySyntax(pattern: String) throws {
        let subject = Array("http://h.test/comnet/adscom/banner/comcom/".utf8)
        var budget = RegexBudget()
        for _ in 0..<200 {
            #expect(try Self.outcome(pattern, subject, &budget) == .noMatch)
        }
        // None of them was counted.
        #expect(budget.steps == Int(Limits.Regex.requestStepsMax))
        #expect(try Self.cost(pattern) < Limits.Regex.costStepsTold)
    }

    @Test(arguments: [(0, true), (1, false)]) func groupsOfAPattern(more: Int, isTaken: Bool) {
        let count = Int(Limits.Regex.groupsMax) + more
        let pattern = Array(("porn" + Self.times(count, "(x)") + "(?:y)").utf8)
        do throws(RegexError) {
            _ = try RegexProgram(pattern.span, isCaseless: false)
            #expect(isTaken)
        } catch {
            #expect(!isTaken && error.message.contains("\(count) groups"))
        }
    }

    /// What is measured together has a limit: what comes when it is reached is not measured.
    @Test func stepsOfAllMeasuring() throws {
        let pattern = Array("porn[a-z]+x".utf8)
        let whole = try #require(RegexCost())
        let cost = whole.measure(pattern.span, isCaseless: false)
        #expect(cost > 0 && whole.stepsTaken > cost)
        for (more, isMeasured) in [(0, false), (1, true)] {
            let meter = try #require(RegexCost(stepsMax: whole.stepsTaken + more))
            #expect(meter.measure(pattern.span, isCaseless: false) == cost)
            #expect(meter.measure(pattern.span, isCaseless: false) == (isMeasured ? cost : 0))
        }
    }
}
