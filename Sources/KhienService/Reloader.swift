import Foundation
import KhienConfig
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage

/// Puts new lists in force, or says why not. Reloads run one after the other; each either changes
/// everything or nothing.
public actor Reloader {
    /// What a reload ended with.
    public struct Outcome: Sendable {
        public var at: Date
        public var isInForce: Bool
        public var generation: Generation
        public var seconds: Double
        /// Why the lists were refused, worst first; warnings of lists that are in force.
        public var diagnostics: [Diagnostic]
    }

    /// How many diagnostics are kept for `khien status`.
    public static let diagnosticsMax = 100

    private let configurationFile: String
    private let state: StateFolder
    private let compiler: CompilerProcess
    /// Hands a snapshot to every worker; returns when all of them use it.
    private let install: @Sendable (Snapshot, Configuration) async -> Void
    private var generation = Generation(0)
    private var running: Task<Outcome, Never>?
    /// What is in force, or was last put in force.
    public private(set) var current: Snapshot?

    /// The last reload; nil: none yet.
    public private(set) var last: Outcome?
    /// What is in force.
    public private(set) var summary: CompileSummary?

    public init(
        configurationFile: String, state: StateFolder, compiler: CompilerProcess,
        install: @escaping @Sendable (Snapshot, Configuration) async -> Void
    ) {
        self.configurationFile = configurationFile
        self.state = state
        self.compiler = compiler
        self.install = install
    }

    /// The last good image from disk, for a start; nil where there is none that can be used.
    ///
    /// - Returns: the snapshot, and a diagnostic where an image was there but was refused.
    public func openLastGood() -> (snapshot: Snapshot?, fault: Diagnostic?) {
        guard FileManager.default.fileExists(atPath: state.currentImage) else { return (nil, nil) }
        do {
            let snapshot = try open(state.currentImage)
            snapshot.matcher.image.populate(replacing: nil)
            current = snapshot
            summary = state.lastGoodSummary()
            return (snapshot, nil)
        } catch {
            return (nil, Self.diagnostic(error))
        }
    }

    private func open(_ path: String) throws -> Snapshot {
        let image = try Image(path: path)
        let key = image.needsKey ? try ListKeyFile.read(state.listKey) : nil
        let matcher = try Matcher(image: image, key: key)
        let pages = try PageRules(image: image, matcher: matcher)
        generation = Generation(generation.value + 1)
        return Snapshot(generation: generation, matcher: matcher, pages: pages)
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        if let error = error as? ServiceError { return error.diagnostic }
        guard let error = error as? ImageError else {
            return Diagnostic(.error, "image.refused", at: SourceLocation(file: ""), "\(error)")
        }
        return Diagnostic(
            .error, "image.refused", at: SourceLocation(file: error.file),
            ImageError(error.code).description)
    }

    /// Compiles, checks and installs. A call while a reload runs waits for it and then runs its own,
    /// because the files may have changed since the first one read them.
    ///
    /// - Parameter acceptsSizes: a person has looked at the lists: how much they shrank or grew is
    ///   not judged.
    public func reload(acceptsSizes: Bool = false) async -> Outcome {
        let before = running
        let task = Task { () -> Outcome in
            _ = await before?.value
            return await self.perform(acceptsSizes: acceptsSizes)
        }
        running = task
        return await task.value
    }

    private func perform(acceptsSizes: Bool) async -> Outcome {
        let start = ContinuousClock.now
        var warnings: [Diagnostic] = []
        var faults: [Diagnostic] = []
        do {
            let (snapshot, new, configuration) = try await prepare(
                acceptsSizes: acceptsSizes, &warnings)
            if let pages = snapshot.pages {
                warnings.insert(
                    contentsOf: ReloadGuards.textFaults(
                        pages, configuration: configuration,
                        now: UnixTime(seconds: Int64(Date().timeIntervalSince1970))), at: 0)
            }
            await install(snapshot, configuration)
            current = snapshot
            summary = new
        } catch let refusal as Refusal {
            faults = refusal.diagnostics
        } catch {
            faults = [
                Diagnostic(
                    .error, "reload.failed", at: SourceLocation(file: configurationFile), "\(error)"
                )
            ]
        }
        let duration = ContinuousClock.now - start
        let outcome = Outcome(
            at: Date(), isInForce: faults.isEmpty, generation: generation,
            seconds: Double(duration.components.seconds)
                + Double(duration.components.attoseconds) / 1e18,
            diagnostics: Array((faults + warnings).prefix(Self.diagnosticsMax)))
        last = outcome
        return outcome
    }

    /// The diagnostics that refuse a reload; never empty.
    private struct Refusal: Error {
        var diagnostics: [Diagnostic]
    }

    private func prepare(
        acceptsSizes: Bool, _ warnings: inout [Diagnostic]
    ) async throws -> (Snapshot, CompileSummary, Configuration) {
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try ConfigurationLoader.load(path: configurationFile)
        } catch {
            throw Refusal(diagnostics: error.diagnostics)
        }
        let pageFaults = ReloadGuards.pageFaults(configuration)
        guard pageFaults.isEmpty else { throw Refusal(diagnostics: pageFaults) }
        let new: CompileSummary
        do throws(ServiceError) {
            new = try await compiler.run(configuration: configurationFile, state: state)
        } catch {
            throw Refusal(diagnostics: [error.diagnostic])
        }
        let messages = new.diagnostics.map(\.diagnostic)
        // The worst first: `status` shows so many and no more.
        warnings =
            messages.filter { $0.severity == .error && !ReloadGuards.refusesReload($0) }
            + messages.filter { $0.severity != .error }
        let errors = messages.filter(ReloadGuards.refusesReload)
        // Where nothing was compiled, the counts say nothing about any list: the reason alone is told.
        if new.image == nil, !errors.isEmpty { throw Refusal(diagnostics: errors) }
        let lastGood = acceptsSizes ? nil : summary ?? state.lastGoodSummary()
        if lastGood == nil, !acceptsSizes, current != nil {
            warnings.insert(Self.noSummary(state.currentSummary), at: 0)
        }
        let faults =
            errors
            + ReloadGuards.faults(in: new, lastGood: lastGood, configuration: configuration)
        guard faults.isEmpty, new.image != nil else {
            throw Refusal(diagnostics: faults.isEmpty ? [Self.noImage(configurationFile)] : faults)
        }
        return (try take(configuration), new, configuration)
    }

    private static func noSummary(_ file: String) -> Diagnostic {
        Diagnostic(
            .warning, "guard.no-summary", at: SourceLocation(file: file),
            "cannot be read: sizes of lists are not compared with those in force")
    }

    private static func noImage(_ file: String) -> Diagnostic {
        Diagnostic(
            .error, "compile.failed", at: SourceLocation(file: file),
            "the compiler wrote no image")
    }

    /// Opens and checks the new image and makes it the last good one.
    private func take(_ configuration: Configuration) throws -> Snapshot {
        let before = generation
        let old = current?.matcher.image
        // Two whole images never stand in memory: the old one keeps what misses read, the new one is
        // checked window by window, and then takes the old one's place step by step.
        old?.releaseCold()
        do {
            let snapshot = try open(state.nextImage)
            let faults = ReloadGuards.canaryFaults(
                snapshot.matcher, configuration: configuration,
                now: UnixTime(seconds: Int64(Date().timeIntervalSince1970)))
            guard faults.isEmpty else {
                throw Refusal(diagnostics: faults)
            }
            try state.promoteNext()
            snapshot.matcher.image.populate(replacing: old)
            return snapshot
        } catch {
            generation = before
            if error is ImageError || error is ServiceError {
                throw Refusal(diagnostics: [Self.diagnostic(error)])
            }
            throw error
        }
    }
}
