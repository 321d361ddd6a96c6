import KhienModel

/// `events-2026-11-23.jsonl`, and `events-2026-11-23.jsonl.1` and so on where a day has more files.
struct LogFileName: Hashable, Comparable {
    /// `2026-11-23`.
    let day: String
    /// 0 for the day's first file.
    let number: Int

    var text: String {
        number == 0 ? "events-\(day).jsonl" : "events-\(day).jsonl.\(number)"
    }

    init(day: String, number: Int) {
        self.day = day
        self.number = number
    }

    /// nil: not the name of a log file.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let stem = Array("events-0000-00-00.jsonl".utf8)
        guard bytes.count >= stem.count else { return nil }
        for (byte, model) in zip(bytes, stem) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard model == UInt8(ascii: "0") ? isDigit : byte == model else { return nil }
        }
        day = String(text.dropFirst(7).prefix(10))
        let rest = text.dropFirst(stem.count)
        if rest.isEmpty {
            number = 0
        } else {
            guard rest.first == ".", let number = Int(rest.dropFirst()), number > 0,
                number < Limits.Events.filesPerDayMax, String(number) == rest.dropFirst()
            else { return nil }
            self.number = number
        }
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.day, left.number) < (right.day, right.number)
    }

    /// The log files of a folder, oldest first.
    static func all(in folder: String) throws(PosixFile.Failure) -> [LogFileName] {
        try PosixFile.names(in: folder).compactMap { LogFileName($0) }.sorted()
    }
}
