import KhienCoding
import KhienModel
import KhienText

/// One reading of a page: from content in one charset to what was found in it.
///
/// ```
/// content ──▶ CharsetDecoder ──▶ TextPipeline ──▶ PageScan ──▶ PageFindings
///             UTF-8               layers, views    literals     counts of terms
/// ```
///
/// Kept by an event loop and used for page after page; allocates nothing for a page once its buffers
/// have grown (but for East Asian charsets, whose decoder is the C library's).
final class PageReading {
    private var decoder: CharsetDecoder?
    private var pipeline: TextPipeline
    private var scan: PageScan
    /// What is read are the fields of a form.
    private var isForm = false
    private var output = [UInt8](repeating: 0, count: Limits.Page.sliceBytes)

    init(
        _ rules: PageRules, scope: PhraseScope, reading: TextReading, in workspace: PageWorkspace
    ) {
        let needs = rules.needs(of: scope)
        pipeline = rules.pipeline(kind: .html, scope: scope, in: workspace.folding)
        scan = PageScan(rules, needs, reading, in: workspace)
    }

    /// Begins with another page.
    func begin(kind: MarkupKind, isForm: Bool = false) {
        decoder = isForm ? CharsetDecoder.ofFields() : nil
        self.isForm = isForm
        pipeline.reset(kind: kind)
        scan.reset()
    }

    /// Goes on from where another reading of the page stands now, in a charset that is said later (`use`).
    func follow(_ other: PageReading) {
        decoder = nil
        isForm = other.isForm
        pipeline = TextPipeline(copying: other.pipeline)
        scan.follow(other.scan)
    }

    /// - Parameter font: the legacy charset whose bytes the letters of Latin-1 are read as.
    /// - Returns: whether this machine can read the charset.
    func use(_ charset: Charset, font: Charset? = nil) -> Bool {
        if let font {
            guard let reader = FontCodeReader(font) else { return false }
            pipeline.rereader = reader
        }
        do throws(CharsetError) {
            decoder = try CharsetDecoder(charset)
            return true
        } catch {
            return false
        }
    }

    /// Reads text that is no part of the body.
    func add(_ text: Span<UInt8>, as layer: TextLayer, _ findings: inout PageFindings) {
        pipeline.add(text, as: layer) { piece, part in scan.read(piece, part, &findings) }
    }

    /// Reads ASCII of no form: before the charset is decided, or where it agrees with ASCII and more may tell another.
    func readASCII(_ content: Span<UInt8>, _ findings: inout PageFindings) {
        pipeline.feed(content) { piece, part in scan.read(piece, part, &findings) }
    }

    /// Reads on. The charset has been decided.
    func read(_ content: Span<UInt8>, _ findings: inout PageFindings) {
        let asItIs = decoder?.passThrough(content) ?? content.count
        if asItIs > 0 {
            feed(content.extracting(..<asItIs), &findings)
        }
        var offset = asItIs
        var hasMore = offset < content.count
        while hasMore {
            var room = output.mutableSpan
            guard let step = decoder?.decode(content.extracting(offset...), into: &room) else {
                return
            }
            offset += step.read
            hasMore = step.hasMore
            feedOutput(step.written, &findings)
        }
    }

    /// Whether it took so much work that not all was looked for.
    var isOverworked: Bool { scan.isOverworked }

    /// Nothing comes for a while: what was read so far is looked through to its end.
    func settle(_ findings: inout PageFindings) { scan.settle(&findings) }

    /// The page is over.
    func finish(_ findings: inout PageFindings) {
        var room = output.mutableSpan
        let written = decoder?.finish(into: &room) ?? 0
        feedOutput(written, &findings)
        pipeline.finish { piece, part in scan.read(piece, part, &findings) }
        scan.finish(&findings)
    }

    private func feedOutput(_ count: Int, _ findings: inout PageFindings) {
        if count == 0 { return }
        let text = output
        feed(text.span.extracting(..<count), &findings)
    }

    /// Reads on in UTF-8.
    private func feed(_ text: Span<UInt8>, _ findings: inout PageFindings) {
        if isForm {
            pipeline.feedFields(text) { piece, part in scan.read(piece, part, &findings) }
        } else {
            pipeline.feed(text) { piece, part in scan.read(piece, part, &findings) }
        }
    }
}
