import KhienImage
import KhienLists
import KhienModel

/// Entries whose targets do not stand in the image in clear.
extension Compiler {
    /// Takes an entry of a confidential list. What is said of it names its line, never its target.
    mutating func gatherConfidential(
        _ item: KeyItem, _ entry: EntryRecord, _ list: ParsedList, _ text: Span<UInt8>
    ) {
        switch entry.kind {
        case .host, .domain:
            // The hash lives as long as this call: protected names are found by it.
            var named = item
            named.hash = KeyHash.host(text, entry.range, seed: seed).value
            if isHeld(named, entry, text) { return }
        case .url, .urlPrefix:
            let target = text.extracting(entry.range)
            let hostEnd = Self.hostEnd(target)
            var host = item
            host.hash = KeyHash.host(target, 0..<hostEnd, seed: seed).value
            if isHeldURL(host, entry, target, hostEnd: hostEnd) { return }
        case .address, .network:
            if let key = Self.addressKey(text.extracting(entry.range)),
                isHeldAddress(item, entry, key)
            {
                return
            }
        case .expression:
            if expression(item, entry, text) == nil { return }
        default: break
        }
        switch hidden.addConfidential(item, entry.kind, text.extracting(entry.range)) {
        case .taken: break
        case .badAddress: refuse(entry, list, "address.invalid", "is not an address or network")
        case .impossible: refuseConfidential(entry, list)
        }
    }

    /// Patterns, regular expressions and phrases are matched by their text, which cannot be hidden.
    /// Leaving one out would under-block without a sign, and keeping its text would break the
    /// promise: it is an error, which refuses a reload.
    private mutating func refuseConfidential(_ entry: EntryRecord, _ list: ParsedList) {
        report.notConfidential += 1
        guard report.notConfidential <= Limits.Lists.diagnosticsMax else { return }
        report.diagnostics.append(
            Diagnostic(
                .error, "confidential.\(entry.kind.name)",
                at: SourceLocation(file: list.path, line: Int(entry.line)),
                "a \(entry.kind.name) is matched by its text and cannot be kept confidential; put it "
                    + "in a list of its own"))
    }

    /// The hash that an entry names; nil where it is held, because it is the hash of a protected
    /// name.
    mutating func expression(
        _ item: KeyItem, _ entry: EntryRecord, _ text: Span<UInt8>
    ) -> Digest? {
        guard let sha256 = Digest(hexadecimal: text.extracting(entry.range)) else { return nil }
        if protectedExpressions == nil { protectedExpressions = ProtectedExpressions(protected) }
        return hold(item, entry, protectedExpressions?.reason(sha256)) ? nil : sha256
    }
}
