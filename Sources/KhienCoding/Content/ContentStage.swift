import KhienModel

/// One coding of a body, with what it has written so far.
struct ContentStage {
    let coding: ContentCoding
    private let library: Library
    /// Bytes written.
    private(set) var outputBytes = 0

    private enum Library {
        case flate(FlateStage)
        case brotli(BrotliStage)
        case zstd(ZstdStage)
    }

    init(_ coding: ContentCoding) throws(ContentError) {
        self.coding = coding
        switch coding {
        case .gzip: library = .flate(try FlateStage(isGzip: true))
        case .deflate: library = .flate(try FlateStage(isGzip: false))
        case .brotli: library = .brotli(try BrotliStage())
        case .zstd: library = .zstd(try ZstdStage())
        }
    }

    var notes: ContentNotes {
        switch library {
        case .flate(let stage): stage.notes
        case .brotli(let stage): stage.notes
        case .zstd(let stage): stage.notes
        }
    }

    /// What the library holds now of the memory that decoders share.
    var sharedBytes: Int {
        switch library {
        case .flate: 0
        case .brotli(let stage): stage.memoryBytes
        case .zstd(let stage): stage.memoryBytes
        }
    }

    var memoryPeakBytes: Int {
        switch library {
        case .flate(let stage): stage.memoryPeakBytes
        case .brotli(let stage): stage.memoryPeakBytes
        case .zstd(let stage): stage.memoryPeakBytes
        }
    }

    /// Reads `input` from `start` and writes to `output` from `target`, as far as either goes.
    mutating func step(
        _ input: Span<UInt8>, from start: Int, into output: inout MutableSpan<UInt8>, at target: Int
    ) -> StageStep {
        let step: StageStep
        switch library {
        case .flate(let stage): step = stage.step(input, from: start, into: &output, at: target)
        case .brotli(let stage): step = stage.step(input, from: start, into: &output, at: target)
        case .zstd(let stage): step = stage.step(input, from: start, into: &output, at: target)
        }
        outputBytes += step.written
        return step
    }

    /// The end of the body.
    func finish() {
        switch library {
        case .flate(let stage): stage.finish()
        case .brotli(let stage): stage.finish()
        case .zstd(let stage): stage.finish()
        }
    }
}
