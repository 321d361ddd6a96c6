/// What of an image stands in the process's memory. Pages of a mapped file that are not there are
/// mapped when they are read, from the page cache; that is the only difference.
extension Image {
    private static let stepByteCount = 2 << 20

    /// Bytes that `populate` maps.
    package var hotByteCount: Int { hotParts.reduce(0) { $0 + $1.count } }

    /// Gives back all that only hits read: texts and provenance. For the image in force, just before
    /// a new one is checked beside it.
    package func releaseCold() {
        let bytes = file.bytes
        var end = 0
        let hot = hotParts.compactMap { part in
            bytes.offset(of: part).map { $0..<$0 + part.count }
        }
        for range in hot.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // In a file that lies about itself sections may overlap.
            if range.lowerBound > end {
                file.release(bytes.slice(end, range.lowerBound - end))
            }
            end = max(end, range.upperBound)
        }
        file.release(bytes.slice(end, bytes.count - end))
    }

    /// Maps what requests read before they meet an entry, so that the first requests after a swap do
    /// not wait for the kernel.
    ///
    /// - Parameter old: the image that this one replaces: step by step it gives back as much as this
    ///   one takes, so that both together hold no more than one.
    package func populate(replacing old: Image?) {
        old?.releaseCold()
        let steps = hotSteps
        var oldSteps = old?.hotSteps[...] ?? []
        for step in steps {
            if let oldStep = oldSteps.popFirst() { old?.file.release(oldStep) }
            file.populate(step)
        }
    }

    private var hotSteps: [ImageBytes] {
        hotParts.flatMap { part in
            stride(from: 0, to: part.count, by: Self.stepByteCount).map {
                part.slice($0, min(Self.stepByteCount, part.count - $0))
            }
        }
    }
}
