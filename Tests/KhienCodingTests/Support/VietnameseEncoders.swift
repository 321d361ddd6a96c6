import Foundation

/// Vietnamese text into the legacy charsets, by means that are not the program's own: iconv for
/// three, a table for VNI.
///
/// Source of the table: "Bảng đối chiếu encoding các bộ chữ hiện hành với Unicode", as published
/// with Vietnamese converters; Latin-1 letters stand for the bytes.
enum VietnameseEncoders {
    static let vniTable =
        """
        á aù à aø ả aû ã aõ ạ aï â aâ ấ aá ầ aà ẩ aå ẫ aã ậ aä ă aê ắ aé ằ aè ẳ aú ẵ aü ặ aë
        é eù è eø ẻ eû ẽ eõ ẹ eï ê eâ ế eá ề eà ể eå ễ eã ệ eä í í ì ì ỉ æ ĩ ó ị ò
        ó où ò oø ỏ oû õ oõ ọ oï ô oâ ố oá ồ oà ổ oå ỗ oã ộ oä ơ ô ớ ôù ờ ôø ở ôû ỡ ôõ ợ ôï
        ú uù ù uø ủ uû ũ uõ ụ uï ư ö ứ öù ừ öø ử öû ữ öõ ự öï ý yù ỳ yø ỷ yû ỹ yõ ỵ î đ ñ
        """

    static let vni: [Character: [UInt8]] = {
        let fields = vniTable.split(whereSeparator: \.isWhitespace)
        var result: [Character: [UInt8]] = [:]
        for index in stride(from: 0, to: fields.count, by: 2) {
            let letter = String(fields[index])
            let bytes = fields[index + 1].precomposedStringWithCanonicalMapping
            for (from, to) in [(letter, bytes), (letter.uppercased(), bytes.uppercased())] {
                result[Character(from.precomposedStringWithCanonicalMapping)] =
                    to.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            }
        }
        return result
    }()

    static func encodeVNI(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        for character in text.precomposedStringWithCanonicalMapping {
            if let bytes = vni[character] {
                result += bytes
            } else {
                for scalar in character.unicodeScalars {
                    result.append(scalar.isASCII ? UInt8(scalar.value) : UInt8(ascii: "?"))
                }
            }
        }
        return result
    }

    /// The text in a charset of iconv; what it lacks is left out.
    static func encode(_ text: String, _ charset: String) throws -> [UInt8] {
        try Tools.run(
            ["iconv", "-c", "-f", "UTF-8", "-t", charset],
            [UInt8](text.precomposedStringWithCanonicalMapping.utf8))
    }
}
