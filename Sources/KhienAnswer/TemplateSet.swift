import Foundation
import KhienModel

/// The pages in all languages, compiled. Made when a configuration is loaded, never on a request.
public struct TemplateSet: Sendable {
    public enum Page: String, Sendable, CaseIterable {
        case block, warn
        /// A warning about personal data that someone is about to send.
        case form
        /// A warning about other words that someone is about to send.
        case message

        /// Whether it is about what someone sends.
        var isOfForms: Bool { self == .form || self == .message }
    }

    private var templates: [String: Template] = [:]

    /// The built-in pages.
    public static let builtIn: TemplateSet = {
        var set = TemplateSet()
        for page in Page.allCases {
            for language in Language.allCases {
                let text = BuiltInTemplates.text(page, language)
                let name = fileName(page, language)
                // A built-in page that does not compile would be empty; a test holds that none is.
                set.templates[name] =
                    TemplateCompiler.compile(Array(text.utf8), file: name).template
            }
        }
        return set
    }()

    private init() {}

    /// The operator's pages in `folder`; the built-in ones for files that are not there.
    /// - Throws: every fault of every file. A folder with none of the files is a fault.
    public static func load(folder: String) throws(TemplateErrors) -> TemplateSet {
        var set = builtIn
        var diagnostics: [Diagnostic] = []
        var found = 0
        for page in Page.allCases {
            for language in Language.allCases {
                let name = fileName(page, language)
                let path = folder + "/" + name
                guard FileManager.default.fileExists(atPath: path) else { continue }
                found += 1
                let (template, faults) = compile(path)
                diagnostics += faults
                if let template { set.templates[name] = template }
            }
        }
        if found == 0 {
            diagnostics.append(
                Diagnostic(
                    .error, "template.none", at: SourceLocation(file: folder),
                    "there is no template here; expected \(fileName(.block, .vi)),"
                        + " \(fileName(.warn, .en)) or the like"))
        }
        guard diagnostics.isEmpty else { throw TemplateErrors(diagnostics: diagnostics) }
        return set
    }

    private static func compile(_ path: String) -> (Template?, [Diagnostic]) {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let data = try handle.read(upToCount: Limits.Answer.templateBytesMax + 1)
            try handle.close()
            return TemplateCompiler.compile(data.map { [UInt8]($0) } ?? [], file: path)
        } catch {
            let fault = Diagnostic(
                .error, "template.unreadable", at: SourceLocation(file: path),
                "cannot be read: \(error.localizedDescription)")
            return (nil, [fault])
        }
    }

    static func fileName(_ page: Page, _ language: Language) -> String {
        "\(page.rawValue).\(language.rawValue).html"
    }

    func template(_ page: Page, _ language: Language) -> Template? {
        templates[Self.fileName(page, language)]
    }
}

/// Why the operator's pages were refused.
public struct TemplateErrors: Error, Sendable {
    /// Never empty.
    public let diagnostics: [Diagnostic]
}
