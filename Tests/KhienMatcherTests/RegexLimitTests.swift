import KhienModel
import KhienRegex
import KhienTestKit
import Testing

/// Limits of one expression and of one attempt, at the limit and one past it.
@Suite struct RegexLimitTests {
    private static func outcome(_ pattern: String, _ subject: [UInt8]) throws -> String {
        let program = try RegexProgram(Array(pattern.utf8).span, isCaseless: false)
        let scratch = try #require(RegexScratch())
        return switch scratch.match(program, subject.span) {
        case .match: "match"
        case .noMatch: "no match"
        case .gaveUp: "gave up"
        }
    }

    @Test(arguments: [(0, true), (1, false)]) func bytesOfAPattern(more: Int, isTaken: Bool) {
        let pattern = [UInt8](
            repeating: UInt8(ascii: "x"), count: Limits.Regex.patternBytesMax + more)
        do throws(RegexError) {
            _ = try RegexProgram(pattern.span, isCaseless: false)
            #expect(isTaken)
        } catch {
            #expect(!isTaken && error.message.contains("\(Limits.Regex.patternBytesMax)"))
        }
    }

    /// A class of many copies: PCRE2 says how large it is, the limit what is taken.
    @Test func sizeOfACompiledPattern() throws {
        func takes(_ copies: Int) throws -> Bool {
            do throws(RegexError) {
                _ = try RegexProgram(
                    Array("(?:[a-c]{1,\(copies)}d){8}".utf8).span, isCaseless: false)
                return true
            } catch {
                try #require(error.message.contains("\(Limits.Regex.compiledBytesMax)"))
                return false
            }
        }
        #expect(try takes(1))
        #expect(throws: RegexError.self) {
            try RegexProgram(
                Array("(?:(?:abcdefgh|ijklmnop){1,100}){1,100}".utf8).span, isCaseless: false)
        }
    }

    /// Steps grow with the subject: there is a length that is judged, and one byte more that is not.
    @Test func stepsOfAnAttempt() throws {
        func isJudged(_ count: Int) throws -> Bool {
            let subject = [UInt8](repeating: UInt8(ascii: "a"), count: count) + Array("!b".utf8)
            return try Self.outcome("^(?:a|a)*b", subject) == "no match"
        }
        #expect(try isJudged(4))
        var count = 4
        while try isJudged(count), count < 64 { count += 1 }
        // Every letter doubles the ways; some twenty are too many.
        #expect(count < 32, "\(count)")
        for more in 0..<4 { #expect(try !isJudged(count + more)) }
        // What gives up is neither: nothing is said to match, nothing not to.
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 40) + Array("!b".utf8)
        #expect(try Self.outcome("^(?:a|a)*b", subject) == "gave up")
        #expect(try Self.outcome("^(?:a|a)*!", subject) == "match")
    }

    /// PCRE2 counts its steps anew at each place where a match may begin: 5,000 of them, none of which takes
    /// too many, took fifteen seconds.
    @Test(arguments: ["", "(*NO_JIT)"]) func stepsOfAllStartingPlaces(engine: String) throws {
        let runs = String(repeating: "a", count: 5_000) + String(repeating: "b", count: 400)
        let subject = Array((runs + "c/").utf8)
        // With machine code PCRE2 may see at once that nothing matches.
        let outcome = try Self.outcome(engine + "a[^/]*b[^/]*c[0-9]", subject)
        #expect(outcome == "gave up" || engine.isEmpty && outcome == "no match")
        #expect(try Self.outcome(engine + "a[^/]*b[^/]*c/", subject) == "match")
    }

    /// An item that passes over many bytes is more than one step: the square of a subject's length is counted.
    @Test func bytesThatOneItemPassesOver() throws {
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 16_000) + Array("./x".utf8)
        #expect(try Self.outcome("(*NO_JIT)[a-z]+/x", Array(subject.suffix(2_000))) == "no match")
        #expect(try Self.outcome("(*NO_JIT)[a-z]+/x", subject) == "gave up")
        #expect(try Self.outcome("(*NO_JIT)[a-z]+\\./x", subject) == "match")
    }

    /// An item that reads much and fails is more than one step, with machine code, too: 19 seconds.
    @Test(arguments: [
        ("(*NO_JIT)", "[^#]{8100}", "Q?q"), ("", "[^q]{4110}", "q"), ("(*NO_JIT)", "\\1", "b"),
        ("", "\\1", "b"), ("", "\\N{4110}", "\n"), ("", "(?P=g)", "b"),
        ("(*NO_JIT)", "\\g{1}", "b"),
    ])
    func itemsThatReadAndFail(engine: String, item: String, end: String) throws {
        let items = repeatElement(item, count: 3_900 / (item.count + 5)).enumerated().map {
            "\($1)\($0)#"
        }
        let group = item.hasPrefix("[") || item.hasPrefix("\\N") ? "a" : "(?<g>a{4000})"
        let pattern = "\(engine)\(group)(?:Zq|\(items.joined(separator: "|")))"
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 8_000) + Array(end.utf8)
        func seconds(_ pattern: String, _ subject: [UInt8]) throws -> Double {
            var outcome = ""
            let seconds = try ThreadTime.seconds { () throws -> Void in
                outcome = try Self.outcome(pattern, subject)
            }
            #expect(outcome == "gave up")
            return seconds
        }
        let taken = try seconds(pattern, subject)
        // What takes all steps one by one.
        let runs = String(repeating: "a", count: 8_000) + String(repeating: "b", count: 400) + "c/"
        let most = 8 * (try seconds("(*NO_JIT)a[^/]*b[^/]*c[0-9]", Array(runs.utf8)))
        #expect(taken < most, "\(taken) s, at most \(most) s")
    }

    /// A back reference costs what it may read where it stands, and no more: padding keeps no expression from being judged.
    @Test(arguments: ["", "(*NO_JIT)"]) func backReferencesInLongSubjects(engine: String) throws {
        let patterns =
            ["[a-z][a-z]([a-z])-[a-z][a-z]\\1/casino", "([a-z]{3})/\\1[5]casino"]
            + (2...6).map { "([a-z]{3})/\\1[\($0)]casino" }
            + [
                "(?<a>[a-z]{3})/\\k<a>7casino", "(?:([a-z])-){3}\\g{-1}/casino",
                "[\\1]\\101\\/casino",
            ]
        let ends = [
            "=xyz-xyz/casino-a-b", "/xyz/xyz4casino", "/xyz/xyz5casino", "/xyz/xyz7casino",
            "/x-y-z-z/casino",
        ]
        let set = RegexSet(
            try patterns.map {
                try RegexProgram(Array((engine + $0).utf8).span, isCaseless: false)
            })
        let scratch = try #require(RegexScratch())
        for end in ends {
            for count in [10, 95, 400, 950] {
                let filler = String(repeating: "abcdefgh", count: count)
                let subject = Array("http://h.test/x?\(filler)\(end)".utf8)
                var budget = RegexBudget()
                let outcomes = patterns.indices.map {
                    scratch.match(set, $0, subject.span, &budget)
                }
                #expect(!outcomes.contains(.gaveUp), "\(count) \(end)")
                #expect(outcomes.contains(.match), "\(count) \(end)")
            }
        }
    }

    /// An item that reads the rest of a URL at each place where a match may begin: 1,000 expressions took four
    /// seconds, one of 50 branches a third of one, and as many of each expression as a list may have.
    @Test(arguments: [
        (1_000, "porn(?!.*[.]edu#)[a-m]", "/porn", 1_600, ""),
        (200, "sex(?=[^?#]*+[mn])", "/sex", 2_000, "?mm"),
        (70, "sex(?:BRANCHES|#[~])", "/sex", 2_000, "?mm"),
        (100, "(?:sex#?)*[^?]*+[mn]", "/sex", 2_000, "?mm"),
        (100, "sex(?=[^?#]{0,9000}+[mn])", "/sex", 2_000, "?mm"),
        (2_000, "(?(R)a|b(?R)[XY]z#)[a-z]*+", "ba", 3_800, "/z"),
        (1_000, "(?:[a-z]{0,64}+){30}[XY]z#", "sexs", 2_000, "/z"),
        (50, "a?a?a?a?a?LETTERS[xy]z#", "aaaa", 2_000, "/z"),
    ])
    func itemsThatReadTheRest(
        count: Int, item: String, piece: String, pieces: Int, end: String
    ) throws {
        let branches = (0..<50).map { "(?=.*+[~\($0 % 10)])" }.joined(separator: "|")
        let set = RegexSet(
            try (0..<count).map {
                let pattern = item.replacing("BRANCHES", with: branches)
                    .replacing("LETTERS", with: String(repeating: "a", count: 1_000))
                    .replacing("#", with: "\(1_000 + $0)")
                return try RegexProgram(Array(pattern.utf8).span, isCaseless: false)
            })
        let scratch = try #require(RegexScratch())
        let subject = Array((String(repeating: piece, count: pieces) + end).utf8)
        let taken = ThreadTime.seconds {
            var budget = RegexBudget()
            for index in 0..<count { _ = scratch.match(set, index, subject.span, &budget) }
        }
        // What takes all steps one by one, and what a few of the fast attempts may take.
        let runs = String(repeating: "a", count: 8_000) + String(repeating: "b", count: 400) + "c/"
        let most =
            12
            * (try ThreadTime.seconds { () throws -> Void in
                _ = try Self.outcome("(*NO_JIT)a[^/]*b[^/]*c[0-9]", Array(runs.utf8))
            })
        #expect(taken < most, "\(taken) s, at most \(most) s")
    }

    /// Alternatives that fit the same text double the ways with each group, and machine code counts none of them: the
    /// first of these were at work for hours.
    @Test(arguments: [
        "(.|.|.|.)×20[\\x02-\\x08]", "http://h(\\w|[a-z])×40[0-9]/", "(?:(?:a|[a-z]|.){8}){8}[0-9]",
        "(?'n'.|.)×1(.|.)×40[0-9]", "\\c[?(.|.)×40[0-9]", "[\\c]a](.|.)×40[0-9]",
        "(?i:AA|aa)×30[0-9]",
        "(?x)(.|.)×40[0-9]#)", "(?:a|b|(?:c|.)(?:d|.))×40[0-9]", "((?:|a)(?:a|))×30[0-9]",
    ])
    func waysThroughAlternatives(item: String) throws {
        let pattern = Self.repeated(item)
        let subject = Array(("http://h" + String(repeating: "a", count: 80) + "/").utf8)
        #expect(try Self.outcome(pattern, subject) == "gave up")
        #expect(try Self.cost(pattern) >= Limits.Regex.costStepsTold)
    }

    /// Each group with a `×3` behind it three times.
    private static func repeated(_ item: String) -> String {
        var result = ""
        var rest = Substring(item)
        while let sign = rest.firstIndex(of: "×") {
            let head = rest[..<sign]
            let digits = rest[sign...].dropFirst().prefix { $0.isNumber }
            var depth = 0
            var start = head.endIndex
            repeat {
                start = head.index(before: start)
                depth += head[start] == ")" ? 1 : head[start] == "(" ? -1 : 0
            } while depth > 0
            result +=
                head[..<start] + String(repeating: String(head[start...]), count: Int(digits) ?? 1)
            rest = rest[digits.endIndex...]
        }
        return result + rest
    }

    /// Alternatives that exclude each other, or lead on in few ways, are as cheap as they look.
    @Test(arguments: [
        "(com|net|org|info)×40[0-9]",
        "(?:ads?|banner|track(?:er|ing))[0-9]+\\.(?:com|net|[a-z]{2})/x",
        "^https?://(?:[a-z]+\\.)?(?:one|two|[0-9]+)\\.(?:test|example)/(?:a|b)",
    ])
    func ordinaryAlternatives(item: String) throws {
        let pattern = Self.repeated(item)
        let subject = Array(("http://h" + String(repeating: "comnet", count: 13) + "/").utf8)
        #expect(try Self.outcome(pattern, subject) == "no match")
        #expect(try Self.cost(pattern) < Limits.Regex.costStepsTold)
        let set = RegexSet([try RegexProgram(Array(pattern.utf8).span, isCaseless: false)])
        let scratch = try #require(RegexScratch())
        var budget = RegexBudget()
        for _ in 0..<1_000 { #expect(scratch.match(set, 0, subject.span, &budget) == .noMatch) }
        // None of them was counted.
        #expect(budget.steps == Int(Limits.Regex.requestStepsMax))
    }

    private static func cost(_ pattern: String) throws -> Int {
        try #require(RegexCost()).measure(Array(pattern.utf8).span, isCaseless: false)
    }

    /// What may read the rest of a URL from one place only, or of a short one, is judged however many there are; so is
    /// what is counted, some.
    @Test(arguments: [
        (1_000, "^https?:\\/\\/.*\\/ads#\\/", 8_000), (1_000, "/ads[0-9]+x.*banner#", 300),
        (200, "/ads[^?]*banner#", 8_000), (100, "[a-z]+\\.ads#", 8_000), (100, ".*[./]ads#", 8_000),
    ])
    func ordinaryExpressionsAreJudged(count: Int, item: String, bytes: Int) throws {
        let set = RegexSet(
            try (0..<count).map {
                let pattern = item.replacing("#", with: "\(1_000 + $0)")
                return try RegexProgram(Array(pattern.utf8).span, isCaseless: true)
            })
        let scratch = try #require(RegexScratch())
        let filler = "/news/index.php?id=1482&ref=home-page/ads/a.b.html&q=Zm9vYmFyYmF6"
        let text = "http://www.h.test" + String(repeating: filler, count: bytes / filler.count)
        var budget = RegexBudget()
        var judged = 0
        for index in 0..<count
        where scratch.match(set, index, Array(text.utf8).span, &budget) == .noMatch { judged += 1 }
        #expect(judged == count)
    }

    /// Many attempts that need no step that PCRE2 counts: from some of them on, attempts are counted.
    @Test func workOfARequest() throws {
        let patterns = [380, 30].map { count in
            "a(?:\((0..<count).map { "[^q]{60}\($0 % 10)" }.joined(separator: "|")))"
        }
        let set = RegexSet(
            try patterns.map { try RegexProgram(Array($0.utf8).span, isCaseless: false) })
        let scratch = try #require(RegexScratch())
        let subject = (0..<8_000).map { UInt8(ascii: $0 % 60 == 59 ? "q" : "a") }
        var budget = RegexBudget(steps: 0)
        func isJudged(_ index: Int) -> Bool {
            if case .noMatch = scratch.match(set, index, subject.span, &budget) { return true }
            return false
        }
        var count = 0
        while count < 100, isJudged(0) { count += 1 }
        #expect(count > 0 && count < 10, "\(count)")
        // What costs less than is left may still be tried so.
        #expect(!isJudged(0) && isJudged(1))
        var other = RegexBudget(steps: 0, work: 0)
        #expect(scratch.match(set, 1, subject.span, &other) == .gaveUp)
    }

    /// What is too large for its steps to be counted would be judged on short subjects only.
    @Test(arguments: [(800, true), (1_000, false)])
    func sizeOfACountedPattern(copies: Int, isCounted: Bool) throws {
        let program = try RegexProgram(
            Array("/(?:[a-z]/){1,\(copies)}casino".utf8).span, isCaseless: false)
        do throws(RegexError) {
            try program.requireCounted()
            #expect(isCounted)
        } catch {
            #expect(!isCounted && error.message.contains("counted"))
        }
    }

    /// Machine code has a stack of its own, and few steps at first: what that does not decide is tried once more.
    @Test(arguments: [1, 100, 600, 3_000]) func whatIsNotDecidedAtOnce(count: Int) throws {
        let letters = (0..<count).map { UInt8(ascii: $0 % 3 == 0 ? "a" : "b") }
        #expect(try Self.outcome("^(?:a|b)*/z", letters + Array("/z".utf8)) == "match")
        #expect(try Self.outcome("^(?:a|b)*/z", letters + Array("/y".utf8)) == "no match")
        #expect(try Self.outcome("^(?:b|a)+?c/z", letters + Array("c/z".utf8)) == "match")
    }

    /// The expressions of a request share what their subject does not give each of them.
    @Test func stepsOfARequest() throws {
        let patterns = ["(*NO_JIT)a[^/]*b[^/]*c[0-9]", "(*NO_JIT)a[^/]*b[^/]*c[1-9]", "a+b+c/"]
        let set = RegexSet(
            try patterns.map { try RegexProgram(Array($0.utf8).span, isCaseless: false) })
        let scratch = try #require(RegexScratch())
        let subject = Array(
            (String(repeating: "a", count: 3_000) + String(repeating: "b", count: 300) + "c/").utf8)
        var budget = RegexBudget()
        func outcome(_ index: Int) -> String {
            switch scratch.match(set, index, subject.span, &budget) {
            case .match: "match"
            case .noMatch: "no match"
            case .gaveUp: "gave up"
            }
        }
        #expect(outcome(2) == "match" && budget.steps == Int(Limits.Regex.requestStepsMax))
        #expect(outcome(0) == "gave up" && budget.steps == 0)
        // With its own steps alone, another one gives up at once, and one that needs few is judged.
        #expect(outcome(1) == "gave up" && budget.steps == 0)
        #expect(outcome(2) == "match")
        var other = RegexBudget(steps: 0)
        guard case .found(let range) = scratch.find(set, 2, subject.span, from: 2_999, &other)
        else {
            Issue.record("not found")
            return
        }
        #expect(range == 2_999..<subject.count)
    }

    /// All event loops share one program; those that need it step by step first at the same time get one.
    @Test func manyAskAtOnce() async throws {
        let set = RegexSet([
            try RegexProgram(Array("^(?:a|b)*/z".utf8).span, isCaseless: false)
        ])
        let matches = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let subject =
                        [UInt8](repeating: UInt8(ascii: "a"), count: 3_000) + Array("/z".utf8)
                    let scratch = try #require(RegexScratch())
                    var budget = RegexBudget()
                    if case .match = scratch.match(set, 0, subject.span, &budget) { return true }
                    return false
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(matches == 8)
    }

    /// What stands behind the limit of a subject is not seen, whatever it is.
    @Test(arguments: [(0, "match"), (1, "no match")])
    func bytesOfASubject(more: Int, expected: String) throws {
        let before = [UInt8](
            repeating: UInt8(ascii: "x"), count: Limits.Regex.subjectBytesMax - 3 + more)
        #expect(try Self.outcome("abc", before + Array("abc".utf8)) == expected)
        let set = RegexSet([try RegexProgram(Array("abc".utf8).span, isCaseless: false)])
        let scratch = try #require(RegexScratch())
        let subject = before + Array("abc".utf8)
        var budget = RegexBudget()
        switch scratch.find(set, 0, subject.span, from: 0, &budget) {
        case .found(let range):
            #expect(expected == "match" && range.upperBound == Limits.Regex.subjectBytesMax)
        case .notFound: #expect(expected == "no match")
        case .gaveUp: Issue.record("gave up")
        }
    }

    /// Measuring ends at its own limit.
    @Test func stepsOfMeasuring() throws {
        let meter = try #require(RegexCost())
        let most = Int(Limits.Regex.costStepsMax)
        #expect(meter.measure(Array("(a+)+$".utf8).span, isCaseless: false) == most)
        let little = meter.measure(Array("^https?://ads\\.".utf8).span, isCaseless: false)
        #expect(little > 0 && little < Limits.Regex.costStepsTold)
        // Its own literal again and again leads it astray.
        let star = Array("sex[^?]*[-_.]mp4".utf8)
        #expect(
            meter.measure(star.span, isCaseless: false, literal: Array("sex".utf8))
                > Limits.Regex.costStepsTold)
    }

    /// What reads the rest of a URL at each place is told, though few of its items are tried.
    @Test(arguments: [
        ("porn(?!.*[.]edu)[a-m]", "porn"), ("sex(?=[^?]*+[mn])", "sex"),
        ("(?:sex5?)*[^?]*+[mn]", ""),
    ])
    func stepsOfWhatReadsOn(pattern: String, literal: String) throws {
        let meter = try #require(RegexCost())
        let cost = meter.measure(
            Array(pattern.utf8).span, isCaseless: false, literal: Array(literal.utf8))
        #expect(cost > Limits.Regex.costStepsTold, "\(cost)")
    }
}
