import KhienConfig
import KhienModel

/// Faults of `text` as lines, empty if it is a good configuration.
func faults(_ text: String, file: String = "conf/khien.yaml") -> [String] {
    do {
        _ = try configuration(text, file: file)
        return []
    } catch {
        return error.diagnostics.map(\.description)
    }
}

func configuration(
    _ text: String, file: String = "conf/khien.yaml"
) throws(ConfigurationErrors) -> Configuration {
    let draft = try ConfigurationLoader.draft(bytes: Array(text.utf8), file: file)
    return try ConfigurationLoader.configuration(from: draft)
}

let oneList = "lists: [{path: a.txt}]\n"
