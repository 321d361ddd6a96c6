import KhienModel

/// Text by layer, as it was read and not yet taken: UTF-8, breaks as U+0000.
///
/// Markup delivers no U+0000 of its own (readers of HTML never see one), so the byte is free.
struct LayerBuffers: ~Copyable {
    /// Stands for the end of a block, of an attribute, of a string: words on its two sides are two.
    static let lineBreak: UInt8 = 0

    private var layers: InlineArray<9, [UInt8]> = InlineArray(repeating: [])
    let wanted: TextLayers
    /// The layers that end with a break, or have not begun.
    private var broken = TextLayers.all.rawValue

    init(wanted: TextLayers) { self.wanted = wanted }

    /// Appends text. Allocates only while a buffer grows to the size that slices need.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>, to layer: TextLayer) {
        guard wanted.contains(layer) else { return }
        broken &= ~(1 &<< UInt16(layer.rawValue))
        layers[Int(layer.rawValue)].append(bytesOf: bytes)
    }

    @inline(__always)
    mutating func append(_ byte: UInt8, to layer: TextLayer) {
        guard wanted.contains(layer) else { return }
        broken &= ~(1 &<< UInt16(layer.rawValue))
        layers[Int(layer.rawValue)].append(byte)
    }

    /// Ends a word, and keeps letters on the two sides from being read together.
    @inline(__always)
    mutating func breakLine(in layer: TextLayer) {
        guard wanted.contains(layer) else { return }
        let bit: UInt16 = 1 &<< UInt16(layer.rawValue)
        if broken & bit != 0 { return }
        broken |= bit
        layers[Int(layer.rawValue)].append(Self.lineBreak)
    }

    /// Drops all text; the buffers keep their memory.
    mutating func removeAll() {
        for index in layers.indices { layers[index].removeAll(keepingCapacity: true) }
        broken = TextLayers.all.rawValue
    }

    func count(of layer: TextLayer) -> Int { layers[Int(layer.rawValue)].count }

    /// Hands out the text of a layer.
    @inline(__always)
    func withText<R>(of layer: TextLayer, _ body: (Span<UInt8>) -> R) -> R {
        body(layers[Int(layer.rawValue)].span)
    }

    /// Hands out the text of a layer and drops as much of it as `body` says it took.
    @inline(__always)
    mutating func takeText(of layer: TextLayer, _ body: (Span<UInt8>) -> Int) {
        let taken = body(layers[Int(layer.rawValue)].span)
        drop(taken, from: layer)
    }

    /// Drops the first `count` bytes of a layer, which were taken.
    mutating func drop(_ count: Int, from layer: TextLayer) {
        if count == layers[Int(layer.rawValue)].count {
            layers[Int(layer.rawValue)].removeAll(keepingCapacity: true)
        } else {
            layers[Int(layer.rawValue)].removeFirst(count)
        }
    }
}

extension LayerBuffers {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing LayerBuffers) {
        layers = other.layers
        wanted = other.wanted
        broken = other.broken
    }
}
