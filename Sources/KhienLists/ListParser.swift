import KhienModel

/// Reads source lists. It does no I/O, holds no state and is safe to call from any thread.
public enum ListParser {
    /// Is told how many bytes more have been read.
    typealias Progress = @Sendable (Int) -> Void

    /// What is known of a list besides its bytes.
    public struct Options: Sendable {
        /// Nil: recognised by path and content.
        public var format: ListFormat?
        /// The category of a folder layout.
        public var category: String?
        /// Orders that have expired at this moment are noted. Nil: none are.
        public var now: UnixTime?
        /// Lines of an e2guardian list whose `.Include<…>` the caller reads as lists of their own.
        public var followedLines: Set<UInt32> = []
        /// The name of the file whose part in its layout this list plays; nil: the path's. An
        /// included file has that of the file that includes it.
        public var layoutFileName: String?
        /// Names of one label that are read all the same; nil: there are none.
        public var topLevelNames: TopLevelNames?
        /// Messages quote nothing of the list.
        public var isConfidential = false
        /// Is told as the list is read; nothing depends on it.
        public var progress: (@Sendable (_ bytes: Int, _ all: Int) -> Void)?
        /// A longer list whose lines stand alone is read in pieces of this size on all processors.
        package var pieceBytes = Limits.Lists.pieceBytes
        package var textBytesMax = Limits.Lists.textBytesMax
        package var rangeNetworksMax = Limits.Lists.rangeNetworksMax

        public init() {}
    }

    /// Reads one list.
    ///
    /// It never fails: what cannot be read is in the report. A file whose format is not recognised
    /// has all its lines rejected under `format.unknown`.
    ///
    /// - Parameters:
    ///   - bytes: the whole file, not compressed, in UTF-8, UTF-16 or an 8-bit encoding.
    ///   - name: the list's name for people.
    ///   - path: the list's path in messages.
    public static func parse(
        _ bytes: [UInt8], name: String, path: String, options: Options = Options()
    ) -> ParsedList {
        let text = PreparedText(bytes, path: path)
        let format = options.format ?? FormatDetector.detect(text, path: path)
        var reader = ListReader(path: path, text: text)
        reader.quotes = !options.isConfidential
        reader.builder.topLevelNames = options.topLevelNames
        reader.textBytesMax = options.textBytesMax
        reader.builder.rangeNetworksMax = options.rangeNetworksMax
        if let progress = options.progress {
            let all = text.bytes.count
            reader.progress = { progress($0, all) }
        }
        var list = ParsedList(
            name: name, path: path, format: format ?? .domains, category: options.category)
        guard let format else {
            var grammar = RefusingGrammar(
                fault: .rejected("format.unknown", "the file's format was not recognised"))
            reader.read(text.bytes, with: &grammar)
            list.report = reader.report
            // What else is wrong may be why no format was recognised: it is told first.
            let unknown = grammar.fault.code.description
            list.report.diagnostics =
                reader.report.diagnostics.filter { $0.code != unknown }
                + reader.report.diagnostics.filter { $0.code == unknown }
            return list
        }
        read(text.bytes, format, path, options, with: &reader)
        list.entries = EntryBatch(text: reader.builder.text, records: reader.builder.records)
        list.orders = reader.builder.orders
        list.adblockRules = reader.builder.rules
        list.ruleDomains = reader.builder.ruleDomains
        list.phraseRules = reader.builder.phraseRules
        list.phraseTerms = reader.builder.phraseTerms
        list.phraseGroups = reader.builder.phraseGroups
        list.phraseWindows = reader.builder.phraseWindows
        list.category = reader.builder.category ?? options.category
        list.report = reader.report
        return list
    }

    private static func read(
        _ bytes: [UInt8], _ format: ListFormat, _ path: String, _ options: Options,
        with reader: inout ListReader
    ) {
        switch format {
        case .domains: run(DomainsGrammar(), bytes, options, &reader)
        case .hosts: run(HostsGrammar(), bytes, options, &reader)
        case .dnsmasq: run(DnsmasqGrammar(), bytes, options, &reader)
        case .rpz:
            let apex = ZoneApex(
                in: bytes.span, lineEnd: reader.lineEnd, registries: options.topLevelNames)
            reader.noteGuess(apex)
            run(ZoneGrammar(apex: apex.name), bytes, &reader)
            reader.noteOverruledNames()
        case .urls: run(URLsGrammar(), bytes, options, &reader)
        case .adblock: run(AdblockGrammar(), bytes, &reader)
        case .regex:
            run(RegexGrammar(), bytes, options, &reader)
            reader.noteHostExpressions()
            reader.noteEscapes()
        case .addresses: run(AddressesGrammar(), bytes, options, &reader)
        case .sha256: run(SHA256Grammar(), bytes, options, &reader)
        case .ut1, .e2guardian: readLayout(bytes, format, path, options, with: &reader)
        case .phrases: readPhrases(bytes, path, with: &reader)
        case .orders:
            var grammar = OrdersGrammar(now: options.now)
            reader.read(bytes, with: &grammar)
            for note in grammar.notes { reader.note(note) }
            reader.noteHostExpressions()
            reader.noteEscapes()
        }
    }

    private static func readLayout(
        _ bytes: [UInt8], _ format: ListFormat, _ path: String, _ options: Options,
        with reader: inout ListReader
    ) {
        let fileName = options.layoutFileName ?? FormatDetector.fileName(path)
        if format == .e2guardian {
            let part = E2GuardianLayout.part(fileName: fileName)
            if case .phrases(let effect) = part?.role {
                run(
                    E2GuardianPhraseGrammar(
                        effect: effect, followedLines: options.followedLines,
                        charset: PhraseCharset(path: path)), bytes, &reader)
                return
            }
            reader.builder.action = part?.action
            reader.builder.commonFlags = part?.flags ?? []
            run(
                LayoutGrammar(
                    role: part?.role ?? .names, isE2Guardian: true,
                    isOfSites: E2GuardianLayout.isOfSites(fileName: fileName),
                    followedLines: options.followedLines), bytes, &reader)
        } else {
            let role = UT1Layout.role(fileName: fileName) ?? .names
            run(UT1Grammar(role), bytes, options, &reader)
        }
    }

    /// Our own form, or that of e2guardian under a name that is none of its own.
    private static func readPhrases(
        _ bytes: [UInt8], _ path: String, with reader: inout ListReader
    ) {
        if FormatDetector.beginsWithPhrase(bytes.span) {
            let part = E2GuardianLayout.part(fileName: FormatDetector.fileName(path))
            var effect: PhraseEffect? = .ban
            if case .phrases(let named) = part?.role { effect = named }
            run(
                E2GuardianPhraseGrammar(
                    effect: effect, followedLines: [], charset: PhraseCharset(path: path)), bytes,
                &reader)
        } else {
            var grammar = PhraseDocumentGrammar(
                PhraseDocument(bytes, lineEnd: reader.lineEnd))
            reader.read(bytes, with: &grammar)
            grammar.tellLeftOut(&reader)
        }
    }

    /// A large list on all processors, where no line depends on another.
    private static func run<Grammar: StatelessGrammar>(
        _ grammar: Grammar, _ bytes: [UInt8], _ options: Options, _ reader: inout ListReader
    ) {
        if bytes.count > options.pieceBytes,
            let whole = PiecewiseReading.read(
                bytes, with: grammar, as: reader, pieceBytes: options.pieceBytes)
        {
            reader = whole
        } else {
            run(grammar, bytes, &reader)
        }
    }

    private static func run<Grammar: LineGrammar>(
        _ grammar: Grammar, _ bytes: [UInt8], _ reader: inout ListReader
    ) {
        var grammar = grammar
        reader.read(bytes, with: &grammar)
    }
}

/// Refuses every line for one reason; only comments are known in every format.
struct RefusingGrammar: LineGrammar {
    let fault: LineFault

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = line.trimmed(0..<line.count)
        return NameReader.isCommentStart(line, content) ? .comment : .fault(fault)
    }
}
