import KhienConfig
import KhienModel

/// What must hold for a configuration file, whatever its bytes: it is read, or refused with
/// messages that name places inside it.
public enum ConfigurationInvariants {
    public static func check(_ bytes: [UInt8]) -> String? {
        do throws(ConfigurationErrors) {
            let draft = try ConfigurationLoader.draft(bytes: bytes, file: "khien.yaml")
            _ = try ConfigurationLoader.configuration(from: draft)
        } catch {
            return checkErrors(error, bytes)
        }
        return nil
    }

    private static func checkErrors(_ errors: ConfigurationErrors, _ bytes: [UInt8]) -> String? {
        let found = errors.diagnostics
        if found.isEmpty { return "refused without a message" }
        if found.count > Limits.Config.diagnosticsMax + 1 { return "\(found.count) messages" }
        // YAML 1.1 has more line ends than LF: no file has more lines than scalars and one.
        let linesMax = String(decoding: bytes, as: UTF8.self).unicodeScalars.count + 1
        for diagnostic in found {
            let place = diagnostic.location
            let isOfFile = ["config.syntax", "config.empty", "config.too-large", "config.encoding"]
                .contains(diagnostic.code)
            guard place.file == "khien.yaml", (0...linesMax).contains(place.line),
                (0...bytes.count + 1).contains(place.column),
                isOfFile || place.line > 0 || diagnostic == found.last,
                diagnostic.message.utf8.count < 2_000
            else { return "\(diagnostic)" }
        }
        return nil
    }
}
