/// What an image request gets.
enum PlaceholderImage {
    /// One transparent pixel.
    ///
    ///     offset  bytes
    ///          0      6  "GIF89a"
    ///          6      7  screen: 1 x 1, a table of two colours, background 0, no aspect
    ///         13      6  the colours: black, white
    ///         19      8  graphic control: transparent colour 0
    ///         27     10  image: at 0, 0, 1 x 1, no table of its own
    ///         37      5  LZW data: minimum code size 2, two bytes, end
    ///         42      1  trailer
    ///
    /// Source: GIF89a specification, sections 17 to 27.
    static let gif: [UInt8] =
        Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0] + [0, 0, 0, 0xFF, 0xFF, 0xFF]
        + [0x21, 0xF9, 4, 1, 0, 0, 0, 0] + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0]
        + [2, 2, 0x44, 1, 0] + [0x3B]
}
