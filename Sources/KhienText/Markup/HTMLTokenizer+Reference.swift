import KhienModel

extension HTMLTokenizer {
    mutating func startReference(from origin: State) {
        returnState = origin
        heldCount = 0
        state = .reference
    }

    private var isInAttribute: Bool {
        returnState == .valueDoubleQuoted || returnState == .valueSingleQuoted
            || returnState == .valueUnquoted || returnState == .entityValue
    }

    /// After `&`. A name is a run of letters and digits; what it means is clear at its end, or when
    /// it is longer than any name.
    mutating func reference<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        var index = start
        while index < input.count {
            let byte = input[index]
            if state == .numericReference {
                if takeNumeric(byte) {
                    index += 1
                    continue
                }
            } else if byte.isAlpha || byte.isDigit || (handler.isXML && byte.isXMLName) {
                hold(byte)
                index += 1
                if heldCount <= NamedReference.nameBytesMax { continue }
                endReference(nil, &handler)
                return index
            } else if byte == UInt8(ascii: "#"), heldCount == 0 {
                number = NumericReference()
                state = .numericReference
                index += 1
                continue
            }
            endReference(byte, &handler)
            return byte == UInt8(ascii: ";") ? index + 1 : index
        }
        return index
    }

    private mutating func takeNumeric(_ byte: UInt8) -> Bool {
        if number.base == .unknown {
            if byte | 0x20 == UInt8(ascii: "x") {
                number.base = .hexadecimal
                number.marker = byte
                return true
            }
            number.base = .decimal
        }
        return number.take(byte)
    }

    /// Tells what the reference stands for. `next` is the byte after it, nil at the input's end or
    /// where the name goes on; a semicolon is dealt with here.
    mutating func endReference<Handler: HTMLTokenHandler & ~Copyable>(
        _ next: UInt8?, _ handler: inout Handler
    ) {
        let isNumeric = state == .numericReference
        state = returnState
        let hasSemicolon = next == UInt8(ascii: ";")
        if isNumeric {
            if number.hasDigits { return emit(scalar: number.scalar, &handler) }
            emit("&#", &handler)
            if number.marker != 0 { emit(byte: number.marker, &handler) }
            if hasSemicolon { emit(";", &handler) }
            return
        }
        var consumed = 0
        if hasSemicolon, handler.isXML, entityDepth < Limits.Text.entityDepthMax,
            let text = handler.entity(held.span.extracting(0..<heldCount))
        {
            return expand(text, &handler)
        }
        if hasSemicolon {
            hold(UInt8(ascii: ";"))
            if let value = NamedReference.value(of: held.span.extracting(0..<heldCount)) {
                return emit(value: value, &handler)
            }
        }
        // The longest name that may stand without a semicolon. In attributes it is text if a letter,
        // a digit or `=` follows.
        for length in stride(
            from: min(heldCount, NamedReference.legacyNameBytesMax), to: 1, by: -1)
        {
            let prefix = held.span.extracting(0..<length)
            guard let value = NamedReference.value(of: prefix) else { continue }
            let after = length < heldCount ? held[length] : next
            if isInAttribute, let after,
                after == UInt8(ascii: "=") || after.isAlpha || after.isDigit
            {
                break
            }
            emit(value: value, &handler)
            consumed = length
            break
        }
        if consumed == 0 { emit("&", &handler) }
        if consumed < heldCount { emit(held.span.extracting(consumed..<heldCount), &handler) }
    }

    /// Reads what an entity stands for in its place: as markup, in an attribute as text, with the
    /// references in it. Entities in entities are bounded by `Limits.Text.entityDepthMax`, and by what
    /// all of them may become (the handler's `entity`).
    @inline(never)
    private mutating func expand<Handler: HTMLTokenHandler & ~Copyable>(
        _ text: [UInt8], _ handler: inout Handler
    ) {
        entityDepth += 1
        let place = returnState
        let isValue = isInAttribute
        if isValue { state = .entityValue }
        feed(text.span, to: &handler)
        // A reference ends with the entity that it stands in.
        if state == .reference || state == .numericReference { endReference(nil, &handler) }
        if isValue { state = place }
        entityDepth -= 1
    }

    /// The text of an entity in an attribute: quotes and tags in it are text.
    mutating func entityValue<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "&"), from: start)
        if wantsValue, index > start { handler.attributeValue(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        if input[index] != 0 { startReference(from: .entityValue) }
        return index + 1
    }

    private func emit<Handler: HTMLTokenHandler & ~Copyable>(
        value: UInt64, _ handler: inout Handler
    ) {
        emit(scalar: UInt32(truncatingIfNeeded: value & 0x1F_FFFF), &handler)
        let second = UInt32(truncatingIfNeeded: value >> 21)
        if second != 0 { emit(scalar: second, &handler) }
    }

    private func emit<Handler: HTMLTokenHandler & ~Copyable>(
        scalar: UInt32, _ handler: inout Handler
    ) {
        let bytes = EncodedScalar(scalar)
        emit(bytes.bytes.span.extracting(0..<bytes.count), &handler)
    }

    private func emit<Handler: HTMLTokenHandler & ~Copyable>(
        _ text: StaticString, _ handler: inout Handler
    ) {
        for index in 0..<text.utf8CodeUnitCount { emit(byte: text.byte(at: index), &handler) }
    }

    private func emit<Handler: HTMLTokenHandler & ~Copyable>(
        byte: UInt8, _ handler: inout Handler
    ) {
        let bytes: InlineArray<1, UInt8> = [byte]
        emit(bytes.span, &handler)
    }

    private func emit<Handler: HTMLTokenHandler & ~Copyable>(
        _ bytes: Span<UInt8>, _ handler: inout Handler
    ) {
        if !isInAttribute {
            handler.characters(bytes)
        } else if wantsValue {
            handler.attributeValue(bytes)
        }
    }
}

extension UInt8 {
    /// What names of XML may have besides letters and digits of ASCII.
    fileprivate var isXMLName: Bool {
        self >= 0x80 || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
            || self == UInt8(ascii: ".") || self == UInt8(ascii: ":")
    }
}

/// A scalar value as UTF-8, without an array.
struct EncodedScalar {
    private(set) var bytes = InlineArray<4, UInt8>(repeating: 0)
    private(set) var count = 1

    /// The sign behind which text is shown from right to left, or the one that ends it.
    static func order(isBackward: Bool) -> EncodedScalar {
        EncodedScalar(isBackward ? 0x202E : 0x202C)
    }

    @inline(__always)
    init(_ scalar: UInt32) {
        func tail(_ shift: UInt32) -> UInt8 {
            UInt8(truncatingIfNeeded: scalar &>> shift) & 0x3F | 0x80
        }
        func lead(_ shift: UInt32, _ mark: UInt8) -> UInt8 {
            UInt8(truncatingIfNeeded: scalar &>> shift) | mark
        }
        switch scalar {
        case ..<0x80: bytes[0] = UInt8(truncatingIfNeeded: scalar)
        case ..<0x800:
            (bytes[0], bytes[1], count) = (lead(6, 0xC0), tail(0), 2)
        case ..<0x10000:
            (bytes[0], bytes[1], bytes[2], count) = (lead(12, 0xE0), tail(6), tail(0), 3)
        default:
            (bytes[0], bytes[1], bytes[2], bytes[3]) = (lead(18, 0xF0), tail(12), tail(6), tail(0))
            count = 4
        }
    }
}
