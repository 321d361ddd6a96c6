import Foundation
import KhienAnswer
import KhienModel
import Testing

/// The colours of the built-in pages, as the style sheet has them.
@Suite struct ContrastTests {
    /// `--name:#rrggbb` of every block that sets colours, in the sheet's order: light, light
    /// warning, dark, dark warning.
    private func palettes() -> [[String: String]] {
        let text = makeRenderer().answer(makeJudgement(), makeRequest()).text
        var found: [[String: String]] = []
        for block in text.split(separator: "{") where block.hasPrefix("--") {
            var palette: [String: String] = [:]
            for declaration in block.prefix(while: { $0 != "}" }).split(separator: ";") {
                let parts = declaration.split(separator: ":")
                if parts.count == 2 { palette[String(parts[0])] = String(parts[1].dropFirst()) }
            }
            found.append(palette)
        }
        return found
    }

    /// WCAG 2.2, "relative luminance".
    private func luminance(_ color: String) -> Double {
        let digits = color.count == 3 ? color.map { "\($0)\($0)" }.joined() : color
        let value = Int(digits, radix: 16) ?? 0
        let channels = [value >> 16 & 255, value >> 8 & 255, value & 255].map { byte in
            let share = Double(byte) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

    private func contrast(_ one: String, _ other: String) -> Double {
        let lights = [luminance(one), luminance(other)].sorted()
        return (lights[1] + 0.05) / (lights[0] + 0.05)
    }

    /// WCAG 2.2, 1.4.3: 4.5 to 1 for text; 1.4.11: 3 to 1 for what is drawn.
    @Test func textCanBeReadInEveryTheme() {
        let found = palettes()
        #expect(found.count == 4)
        guard found.count == 4 else { return }
        let themes = [
            found[0], found[0].merging(found[1]) { $1 }, found[0].merging(found[2]) { $1 },
            found[0].merging(found[2]) { $1 }.merging(found[3]) { $1 },
        ]
        let texts = [
            ("--ink", "--card"), ("--ink", "--ground"), ("--ink", "--pale"), ("--soft", "--card"),
            ("--soft", "--ground"), ("--soft", "--pale"), ("--main", "--card"),
            ("--main", "--pale"),
            ("--callink", "--call"),
        ]
        let drawings = [("--card", "--left"), ("--card", "--right")]
        for (index, theme) in themes.enumerated() {
            for (pairs, least) in [(texts, 4.5), (drawings, 3.0)] {
                for (front, back) in pairs {
                    let ratio = contrast(theme[front] ?? "", theme[back] ?? "")
                    #expect(ratio >= least, "theme \(index): \(front) on \(back): \(ratio)")
                }
            }
        }
    }
}
