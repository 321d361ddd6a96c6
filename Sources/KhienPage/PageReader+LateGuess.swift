import KhienCoding
import KhienModel
import KhienText

/// Whether a page is text in a legacy Vietnamese charset, where the bytes that decide its charset say nothing of that:
/// they are ASCII, scripts and style sheets mostly, or have a title only.
///
/// ```
/// ASCII, read once        text: 16 KiB at most are kept         read on
/// ───────────────────────|──────────────────────────────────────|─────────▶ declared
///                        └ a copy of the reading waits ........ └─────────▶ legacy, if that is what it is
/// ```
/// ASCII is the same in all of these charsets, so that it needs no second reading. The declared one goes on meanwhile.
/// Of a form it is the text of its fields. Where a verdict is wanted the guess is made of what is there, and again when there is more. It is over after
/// the first 16 KiB that are not thin.
struct LateGuess {
    enum State {
        case over
        /// Nothing has come that says anything.
        case waiting
        /// Text is being kept.
        case keeping
    }

    var state = State.over
    /// Whether bytes past ASCII have come.
    var sawText = false
    /// The charset that a late `<meta>` named meanwhile.
    var named: Charset? { didSet { triedBytes = 0 } }
    /// How many bytes the last character lacks, if the text is UTF-8.
    var owed = 0
    var triesLeft = Limits.Page.lateGuessesMax
    /// How many bytes were kept when the guess was made last, of which it is not made again.
    var triedBytes = 0

    var isOver: Bool { state == .over }
}

extension PageReader {
    /// The charset has been decided by `content`.
    ///
    /// - Returns: from where on that is to be read by `readGuessing`.
    func beginGuess(_ decision: CharsetDecision, _ content: Span<UInt8>) -> Int {
        guard wantsLegacy, !usesLegacy, decision.charset.agreesWithASCII,
            VietnameseGuess.isThin(content)
        else { return content.count }
        guess.state = .waiting
        if VietnameseGuess.firstPastASCII(content) < content.count { guess.sawText = true }
        // Text may begin in the last slice, whatever a title before it said.
        let last = max(0, content.count - Limits.Page.guessLateBytes)
        let start = last + VietnameseGuess.firstPastASCII(content.extracting(last...))
        let slice = start - start % Limits.Page.sliceBytes
        guess.owed = VietnameseGuess.missing(content.extracting(..<slice))
        return start
    }

    /// A form begins. Its fields are read as what they are, UTF-8 or windows-1252; in what else they may be, their bytes
    /// tell from the first on that is no UTF-8, or someone says.
    func beginGuess(ofForm decision: CharsetDecision) {
        guard wantsLegacy else { return }
        guess.state = .waiting
        guess.sawText = true
        if decision.source == .contentType { nameCharset(decision.charset) }
    }

    /// Something says the charset of a form's fields: its label.
    func nameCharset(_ label: Span<UInt8>) {
        if let named = Charset(label: label) { nameCharset(named) }
    }

    private func nameCharset(_ named: Charset) {
        // These two are read all the same.
        guard !guess.isOver, named != .utf8, named != .windows1252, named.agreesWithASCII
        else { return }
        guess.named = named
    }

    /// What the bytes are read in that the guess is made of.
    private var likelyCharset: Charset {
        guess.named ?? (isForm ? .windows1252 : charset?.charset ?? .utf8)
    }

    /// Reads on while the guess is not over.
    func readGuessing(_ content: Span<UInt8>) {
        switch guess.state {
        case .waiting: wait(content)
        case .keeping: keep(content)
        case .over: readDocument(content)
        }
    }

    private func wait(_ content: Span<UInt8>) {
        let first = VietnameseGuess.firstPastASCII(content)
        if first == content.count, !guess.sawText { return declared.readASCII(content, &findings) }
        guess.sawText = true
        let owed = guess.owed
        guess.owed = VietnameseGuess.missing(content)
        var start = first
        if guess.named == nil, let declared = charset?.charset {
            start = VietnameseGuess.start(
                in: content, from: first, owed: owed, declared: isForm ? .utf8 : declared,
                takesFonts: !isForm)
        }
        guard start < content.count else { return declared.read(content, &findings) }
        // With the begin of its first word.
        let least = max(0, start - VietnameseGuess.wordBytes)
        while start > least, content[start - 1] < 0x80 { start -= 1 }
        declared.read(content.extracting(..<start), &findings)
        beginKeeping(content.extracting(start...))
    }

    private func beginKeeping(_ content: Span<UInt8>) {
        if !isForm, guess.named == nil, charset?.charset == .utf8,
            VietnameseGuess.isSurelyUTF8(content)
        {
            guess.state = .over
            return declared.read(content, &findings)
        }
        let reading =
            legacy ?? PageReading(rules, scope: scope, reading: .legacy, in: workspace)
        legacy = reading
        reading.follow(declared)
        findings.trace?.begin(.legacy, as: .declared)
        prefix.removeAll(keepingCapacity: true)
        guess.triedBytes = 0
        guess.state = .keeping
        keep(content)
    }

    private func keep(_ content: Span<UInt8>) {
        let count = min(content.count, Limits.Page.prefixBytesMax - prefix.count)
        prefix.append(bytesOf: content.extracting(..<count))
        declared.read(content.extracting(..<count), &findings)
        guard prefix.count == Limits.Page.prefixBytesMax else { return }
        decideGuess(isFull: true)
        if count < content.count { readGuessing(content.extracting(count...)) }
    }

    /// Makes the guess of what has been kept, if that is done now.
    ///
    /// - Parameter isFull: no more is kept; else a verdict is wanted.
    func decideGuess(isFull: Bool) {
        guard guess.state == .keeping, let decision = charset,
            isFull || prefix.count > guess.triedBytes
        else { return }
        let text = prefix
        guess.triedBytes = text.count
        // Behind a byte order mark only fonts may have other letters; at the head of a form it is part of a name.
        var found =
            decision.source == .byteOrderMark && !isForm
            ? nil : VietnameseGuess.alternative(to: likelyCharset, in: text.span)
        var font: Charset?
        if !isForm, found == nil, guess.named == nil, decision.charset == .utf8,
            VietnameseGuess.mayHaveFontLetters(text.span)
        {
            font = FontCodeReader.charset(of: text.span, markup ?? .html)
            found = font
        }
        if let found = found ?? guess.named {
            useGuess(found, font: font, text.span)
        } else if isFull {
            guess.triesLeft -= 1
            let goesOn = guess.triesLeft > 0 && VietnameseGuess.isThin(text.span)
            guess.state = goesOn ? .waiting : .over
            guess.owed = VietnameseGuess.missing(text.span)
        }
    }

    private func useGuess(_ found: Charset, font: Charset?, _ text: Span<UInt8>) {
        guard let decision = charset else { return }
        guess.state = .over
        charset?.alternative = found
        // Both readings are taken: the declared one becomes what browsers make of a late `<meta>`.
        if !isForm, let named = guess.named, named != found, declared.use(named) {
            charset?.charset = named
        }
        usesLegacy = legacy?.use(font == nil ? found : decision.charset, font: font) ?? false
        guard usesLegacy else { return }
        var start = 0
        while start < text.count {
            let end = min(start + Limits.Page.sliceBytes, text.count)
            legacy?.read(text.extracting(start..<end), &findings)
            start = end
        }
    }
}
