/// The sections of an image that is being opened. None is given out whose checksum is wrong.
struct CheckedSections: Sendable {
    /// Those that are large: their checksum is taken while their records are checked, in one reading.
    private static let readOnce: Set<SectionID> = [
        .entries, .hosts, .urls, .addresses, .suffixes,
    ]

    private let sections: [SectionID: ImageHeader.Section]
    private let file: MappedFile

    /// Takes the checksums of all but the large sections.
    init(_ header: ImageHeader, in file: MappedFile) throws(ImageError) {
        var sections: [SectionID: ImageHeader.Section] = [:]
        for section in header.sections {
            guard sections.updateValue(section, forKey: section.id) == nil else {
                throw ImageError(.badHeader("section \(section.id) stands twice"))
            }
        }
        self.sections = sections
        self.file = file
        for section in header.sections where !Self.readOnce.contains(section.id) {
            var pass = pass(over: section)
            try Self.compare(&pass, section)
        }
    }

    /// A small section.
    func bytes(_ id: SectionID) throws(ImageError) -> ImageBytes {
        let section = try section(id)
        return file.bytes.slice(section.offset, section.count)
    }

    /// How long a section is.
    func byteCount(_ id: SectionID) throws(ImageError) -> Int { try section(id).count }

    /// Reads a large section with `body`, and takes its checksum on the way.
    ///
    /// - Throws: what `body` throws, but `.checksum` where the section is damaged: then that is why.
    func read<Table>(
        _ id: SectionID, _ body: (inout SectionPass) throws(ImageError) -> Table
    ) throws(ImageError) -> Table {
        let section = try section(id)
        var pass = pass(over: section)
        do throws(ImageError) {
            let table = try body(&pass)
            try Self.compare(&pass, section)
            return table
        } catch {
            try Self.compare(&pass, section)
            throw error
        }
    }

    private func section(_ id: SectionID) throws(ImageError) -> ImageHeader.Section {
        guard let found = sections[id] else { throw ImageError(.missingSection(id)) }
        return found
    }

    private func pass(over section: ImageHeader.Section) -> SectionPass {
        SectionPass(of: file.bytes.slice(section.offset, section.count), in: file)
    }

    private static func compare(
        _ pass: inout SectionPass, _ section: ImageHeader.Section
    ) throws(ImageError) {
        guard pass.checksum() == section.checksum else {
            throw ImageError(.checksum(section.id))
        }
    }
}
