import KhienCoding
import KhienModel
import Testing

/// How an input is cut and how much room the output has.
struct Cuts {
    /// The ends of the slices; the last is the input's end, if it is not there it is added.
    var ends: [Int]
    var outputBytes: Int

    static func whole(_ outputBytes: Int = 4096) -> Cuts {
        Cuts(ends: [], outputBytes: outputBytes)
    }

    /// Two slices.
    static func once(at place: Int, outputBytes: Int = 4096) -> Cuts {
        Cuts(ends: [place], outputBytes: outputBytes)
    }

    static func every(_ step: Int, of count: Int, outputBytes: Int = 4096) -> Cuts {
        Cuts(ends: Array(stride(from: step, to: count, by: step)), outputBytes: outputBytes)
    }

    static func random(
        _ generator: inout SeededGenerator, of count: Int, outputBytes: Int
    ) -> Cuts {
        var ends: [Int] = []
        var place = 0
        let largest = 1 + generator.below(5000)
        while place < count {
            place += generator.below(largest)
            if place < count { ends.append(place) }
        }
        return Cuts(ends: ends, outputBytes: outputBytes)
    }

    func slices(of count: Int) -> [Range<Int>] {
        var start = 0
        var result: [Range<Int>] = []
        for end in ends + [count] where end >= start && end <= count {
            result.append(start..<end)
            start = end
        }
        return result
    }
}

/// What became of a body.
struct Decoded: Equatable, CustomTestStringConvertible {
    var bytes: [UInt8] = []
    var notes: ContentNotes = []
    var error: ContentError.Code?
    var memoryPeakBytes = 0

    var testDescription: String {
        "\(bytes.count) bytes, notes \(notes.rawValue), \(error?.rawValue ?? "no error")"
    }

    static func == (left: Decoded, right: Decoded) -> Bool {
        left.bytes == right.bytes && left.notes == right.notes && left.error == right.error
    }
}

func codings(_ names: ContentCoding...) throws -> ContentCodings { try ContentCodings(names) }

func decode(
    _ input: [UInt8], _ codings: ContentCodings, _ cuts: Cuts = .whole(),
    limits: ContentLimits = ContentLimits()
) -> Decoded {
    var result = Decoded()
    do {
        var decoder = try ContentDecoder(codings, limits: limits)
        var buffer = [UInt8](repeating: 0xAA, count: cuts.outputBytes)
        for slice in cuts.slices(of: input.count) {
            var position = slice.lowerBound
            var hasMore = true
            while hasMore {
                do {
                    var output = buffer.mutableSpan
                    let step = try decoder.decode(
                        input.span.extracting(position..<slice.upperBound), into: &output)
                    position += step.read
                    result.bytes += buffer[..<step.written]
                    hasMore = step.hasMore
                    if !hasMore { precondition(position == slice.upperBound, "input was left") }
                    precondition(hasMore || step.written < cuts.outputBytes)
                } catch {
                    result.error = error.code
                    result.memoryPeakBytes = decoder.memoryPeakBytes
                    return result
                }
            }
        }
        decoder.finish()
        result.notes = decoder.notes
        result.memoryPeakBytes = decoder.memoryPeakBytes
    } catch {
        result.error = error.code
    }
    return result
}

/// The UTF-8 of a text, and the bytes that were passed on as they are.
func decode(
    _ input: [UInt8], _ charset: Charset, _ cuts: Cuts = .whole(), passing: Bool = false
) throws -> [UInt8] {
    var result: [UInt8] = []
    var decoder = try CharsetDecoder(charset)
    var buffer = [UInt8](repeating: 0xAA, count: cuts.outputBytes)
    for slice in cuts.slices(of: input.count) {
        var position = slice.lowerBound
        if passing {
            let count = decoder.passThrough(input.span.extracting(slice))
            result += input[position..<position + count]
            position += count
        }
        while position < slice.upperBound {
            var output = buffer.mutableSpan
            let step = decoder.decode(
                input.span.extracting(position..<slice.upperBound), into: &output)
            precondition(step.read > 0 || step.written > 0, "no progress")
            position += step.read
            result += buffer[..<step.written]
        }
    }
    var output = buffer.mutableSpan
    let written = decoder.finish(into: &output)
    result += buffer[..<written]
    return result
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
