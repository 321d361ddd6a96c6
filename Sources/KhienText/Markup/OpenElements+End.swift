extension OpenElements {
    /// An end tag has been read.
    mutating func end(_ name: MarkupName, _ traits: ElementTraits) {
        beginTag()
        if isDoubtful, endLost(name, traits) { return }
        if isXML { return endXML(name) }
        guard top.contains(.isForeign) else { return endHTML(name, traits) }
        if traits.contains(.paragraph) || traits.contains(.lineBreak) {
            leaveForeign()
            return endHTML(name, traits)
        }
        // The innermost element of that name, up to HTML.
        var index = elements.count - 1
        while index >= 0, elements[index].isForeign {
            if elements[index].name == name { return pop(from: index) }
            index -= 1
        }
        endHTML(name, traits)
    }

    private mutating func endXML(_ name: MarkupName) {
        if let open = last({ $0.name == name }) { pop(from: open) }
    }

    private mutating func endHTML(_ name: MarkupName, _ traits: ElementTraits) {
        if traits.isDisjoint(with: .rules) { return endNamed(name) }
        if traits.contains(.pagePart) { return }
        if traits.contains(.paragraph) {
            // Without an element to end these two make one.
            if top.contains(.inParagraph) { closeParagraph() } else { markHere() }
        } else if traits.contains(.lineBreak) {
            markHere()
        } else if traits.contains(.void) {
            return
        } else if traits.contains(.tablePart) || traits.contains(.table) {
            guard let open = inTableScope({ $0.name == name && !$0.isForeign }) else { return }
            if traits.contains(.table) { endTable(open) } else { pop(from: open) }
        } else if traits.contains(.template) {
            if let open = last({ $0.isHTML(.template) }) { pop(from: open) }
        } else if traits.contains(.formatting) {
            if let open = formatting(name) { adopt(open) } else { endNamed(name) }
        } else if traits.contains(.form) {
            endForm()
        } else if traits.contains(.heading) {
            if let open = inScope({ $0.isHTML(.heading) }) { close(open) }
        } else if traits.contains(.item) {
            if let open = inScope(limitedBy: .list, { $0.isHTML(.item) }) { close(open) }
        } else if let open = inScope({ $0.name == name && !$0.isForeign }) {
            close(open)
        }
    }

    /// Any other end tag.
    private mutating func endNamed(_ name: MarkupName) {
        var index = elements.count - 1
        while index >= 0 {
            if !elements[index].isForeign, elements[index].name == name { return close(index) }
            if elements[index].isSpecial { return }
            index -= 1
        }
    }

    /// Formatting that stands in no cell goes on behind the table.
    private mutating func endTable(_ index: Int) {
        var isInCell = false
        keep(above: index) { element, _ in
            if element.isHTML(.marker) { isInCell = true }
            return !isInCell && element.isHTML(.formatting)
        }
    }

    private mutating func endForm() {
        if top.contains(.inTemplate) {
            if let open = inScope({ $0.isHTML(.form) }) { close(open) }
            return
        }
        guard formIsOpen else { return }
        formIsOpen = false
        // What stands in it goes on.
        if let open = inScope({ $0.isHTML(.form) }) { remove(open) }
    }

    // MARK: Formatting

    /// The innermost element of formatting of that name, in this cell.
    func formatting(_ name: MarkupName) -> Int? {
        var index = elements.count - 1
        while index >= 0 {
            let element = elements[index]
            if element.isHTML(.formatting), element.name == name { return index }
            if element.isHTML(.marker) { return nil }
            index -= 1
        }
        return nil
    }

    /// Behind so many blocks formatting goes on although it was ended.
    private static let adoptedBlocksMax = 8
    /// So much other formatting between it and the first block goes on.
    private static let adoptedFormattingMax = 3

    /// The adoption agency: ends formatting; blocks that began in it go on, and other formatting.
    mutating func adopt(_ index: Int) {
        if index == elements.count - 1 { return pop(from: index) }
        var blocks = 0
        var first = elements.count
        var place = elements.count - 1
        while place > index {
            if elements[place].limitsScope { return }
            if elements[place].isSpecial {
                blocks += 1
                first = place
            }
            place -= 1
        }
        if blocks >= Self.adoptedBlocksMax { return }
        let start = blocks == 0 ? index : lastFormatting(above: index, below: first)
        keep(above: index) { element, place in
            element.isSpecial || element.isHTML(.formatting) && place >= start
        }
    }

    /// Where the formatting begins that goes on before the first block.
    private func lastFormatting(above index: Int, below first: Int) -> Int {
        var (start, count) = (first, 0)
        for place in (index + 1..<first).reversed() where elements[place].isHTML(.formatting) {
            if count == Self.adoptedFormattingMax { break }
            start = place
            count += 1
        }
        return start
    }
}

extension ElementTraits {
    /// Elements whose end tags have a rule.
    fileprivate static let rules: ElementTraits = [
        .pagePart, .paragraph, .void, .tablePart, .table, .template, .formatting, .form, .heading,
        .item, .definition, .closable,
    ]
}
