import KhienConfig
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienPolicy
import KhienText

/// What new lists must satisfy to be put in force. Pure but for reading the image.
public enum ReloadGuards {
    /// Faults of the new lists by their counts, the last good ones beside them.
    ///
    /// - Parameter lastGood: nil where nothing was ever in force.
    public static func faults(
        in new: CompileSummary, lastGood: CompileSummary?, configuration: Configuration
    ) -> [Diagnostic] {
        let counts = new.countsBySource
        let before = lastGood?.countsBySource ?? [:]
        return configuration.lists.flatMap { list in
            faults(list, counts[list.name], before[list.name])
        }
    }

    private static func faults(
        _ list: ListConfiguration, _ new: CompileSummary.SourceCounts?,
        _ old: CompileSummary.SourceCounts?
    ) -> [Diagnostic] {
        let guards = list.guards
        func fault(_ code: String, _ message: String) -> Diagnostic {
            Diagnostic(
                .error, code, at: SourceLocation(file: list.path),
                "list \(list.name): \(message)")
        }
        guard let new else {
            if guards.minimumEntries == 0 { return [] }
            return [
                fault(
                    "guard.unreadable",
                    "no file of it was read (see the other messages), at least "
                        + "\(guards.minimumEntries) entries expected")
            ]
        }
        var faults: [Diagnostic] = []
        if !new.isComplete {
            faults.append(fault("guard.unreadable", "could not be read to its end"))
        }
        if new.entries < guards.minimumEntries {
            faults.append(
                fault(
                    "guard.minimum-entries",
                    "\(new.entries) entries, at least \(guards.minimumEntries) expected"))
        }
        if let most = guards.maximumRejected, new.rejected > 0,
            new.contentLines >= guards.smallListEntries || new.rejected == new.contentLines,
            new.rejected > most.of(new.contentLines)
        {
            faults.append(
                fault(
                    "guard.maximum-rejected",
                    "\(new.rejected) of \(new.contentLines) lines are wrong, "
                        + "at most \(most) accepted"))
        }
        guard let old, max(old.entries, new.entries) >= guards.smallListEntries else {
            return faults
        }
        if let most = guards.maximumShrink, new.entries < old.entries,
            old.entries - new.entries > most.of(old.entries)
        {
            faults.append(
                fault(
                    "guard.maximum-shrink",
                    "shrank from \(old.entries) to \(new.entries) entries, "
                        + "at most \(most) may go"))
        }
        if let most = guards.maximumGrowth, new.entries > old.entries,
            new.entries - old.entries > most.of(old.entries)
        {
            faults.append(
                fault(
                    "guard.maximum-growth",
                    "grew from \(old.entries) to \(new.entries) entries, "
                        + "at most \(most) may come"))
        }
        return faults
    }

    /// Errors about single entries. Orders must come into force even where the operator's own list
    /// contradicts one of them, or one row of them is wrong: refusing the reload would keep all of them
    /// out for as long as nobody looks.
    private static let errorsOfEntries: Set<String> = [
        "exception.refused", "order.badfilter", "order.conflict", "order.rejected",
        "order.text-off",
    ]

    /// Whether a message of the compiler refuses the reload: every error does, but those about single
    /// entries.
    public static func refusesReload(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.severity == .error && !errorsOfEntries.contains(diagnostic.code)
    }

    /// Whether a message says that something ordered is not in force, or is contested: `khien check` then
    /// fails, although a reload would go through.
    public static func concernsOrder(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.severity == .error && errorsOfEntries.contains(diagnostic.code)
            && diagnostic.code != "exception.refused"
    }

    /// Faults of the operator's pages, which a reload takes in as well.
    public static func pageFaults(_ configuration: Configuration) -> [Diagnostic] {
        PageAnswerer.faults(in: configuration)
    }

    /// Bans of authorities in bodies that the configuration reads of nobody.
    public static func textFaults(
        _ rules: PageRules, configuration: Configuration, now: UnixTime
    ) -> [Diagnostic] {
        let text = configuration.text
        let banned = rules.bannedScope(after: now)
        var unread: [(what: String, key: String)] = []
        if banned.contains(.pages), !text.pages { unread.append(("pages", "`text.pages` is off")) }
        if banned.contains(.pages), text.pages, !text.types.contains(.html) {
            unread.append(("pages", "`text.types` leaves out `html`"))
        }
        if banned.contains(.forms), !text.forms { unread.append(("forms", "`text.forms` is off")) }
        return unread.map { what, key in
            Diagnostic(
                .error, "order.text-off", at: SourceLocation(file: configuration.file),
                "what authorities ban by phrases in \(what) has no force for all: \(key)")
        }
    }

    /// Canaries that the new image does not block.
    public static func canaryFaults(
        _ matcher: Matcher, configuration: Configuration, now: UnixTime
    ) -> [Diagnostic] {
        // A list's own canaries are tried as well; it has the common ones where it names none.
        var canaries: [String] = []
        for canary in configuration.guards.canaries + configuration.lists.flatMap(\.guards.canaries)
        where !canaries.contains(canary) { canaries.append(canary) }
        guard !canaries.isEmpty else { return [] }
        let place = SourceLocation(file: configuration.file)
        guard var scratch = Scratch() else {
            return [Diagnostic(.error, "guard.canary", at: place, "no memory to try canaries")]
        }
        return canaries.compactMap { canary in
            var host: [UInt8] = []
            do throws(HostError) {
                _ = try HostCanonicalizer.canonicalize(Array(canary.utf8).span, into: &host)
            } catch {
                return Diagnostic(.error, "guard.canary", at: place, "canary \(canary): \(error)")
            }
            matcher.match(host: host.span, layer: .host, now: now, &scratch)
            if Precedence.decide(scratch.hits.span).verdict == .block { return nil }
            return Diagnostic(
                .error, "guard.canary", at: place,
                "canary \(canary) is not blocked by the new lists")
        }
    }
}
