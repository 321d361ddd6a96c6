extension OpenElements {
    /// What a start tag is.
    enum Meaning {
        /// Browsers pass over it.
        case nothing
        case html
        case foreign
    }

    /// A start tag has been read.
    mutating func start(_ tag: StartTag) -> Meaning {
        beginTag()
        if isXML { return startXML(tag) }
        guard top.contains(.isForeign), !isHTMLHere(tag) else { return startHTML(tag) }
        let endsForeign =
            tag.traits.contains(.breakout) || tag.traits.contains(.font) && tag.hasFontLook
        if endsForeign {
            leaveForeign()
            return startHTML(tag)
        }
        pushForeign(tag, top.contains(.isMath) ? .math : .svg)
        return .foreign
    }

    /// Whether a tag within foreign content is one of HTML.
    private func isHTMLHere(_ tag: StartTag) -> Bool {
        if top.contains(.isHTMLWithin) { return true }
        if top.contains(.isMathText) { return !tag.traits.contains(.mathGlyph) }
        let isAnnotation = elements.last?.traits.contains(.annotation) == true
        return isAnnotation && top.contains(.isMath) && tag.traits.contains(.foreign)
            && !tag.traits.contains(.math)
    }

    /// A tag of HTML ends foreign content, up to where HTML stands in it.
    mutating func leaveForeign() {
        guard isForeign else { return }
        let last = last { !$0.isForeign || !$0.state.isDisjoint(with: .island) }
        pop(from: last.map { $0 + 1 } ?? 0)
    }

    private mutating func pushForeign(_ tag: StartTag, _ space: OpenElement.Namespace) {
        if tag.isSelfClosing { return }
        var tag = tag
        tag.look = tag.styleLook
        push(tag, space, parts: space == .svg && tag.traits.contains(.label))
    }

    /// In XML no tag ends another element.
    private mutating func startXML(_ tag: StartTag) -> Meaning {
        let isEmpty = tag.isSelfClosing || tag.traits.contains(.void)
        if isEmpty {
            if tag.traits.contains(.block), !tag.look.contains(.isAbsent) { markHere() }
            if !tag.isSelfClosing { push(tag, parts: false) }
        } else {
            push(tag, parts: tag.traits.contains(.block))
        }
        return .foreign
    }

    private mutating func startHTML(_ tag: StartTag) -> Meaning {
        let traits = tag.traits
        if traits.isDisjoint(with: .rules) {
            // Most tags: those of a line.
            if !traits.contains(.void) { push(tag, parts: false) }
            return .html
        }
        if traits.contains(.foreign) {
            pushForeign(tag, traits.contains(.math) ? .math : .svg)
            return .foreign
        }
        if traits.contains(.pagePart) { return .nothing }
        if traits.contains(.tablePart) { return startTablePart(tag) }
        if traits.contains(.form), !startForm() { return .nothing }
        if traits.contains(.select), let open = inScope({ $0.isHTML(.select) }) {
            close(open)
            return .nothing
        }
        endOthers(traits, tag.name)
        if traits.contains(.void) {
            let isShown = !tag.look.contains(.isAbsent)
            if isShown,
                traits.contains(.lineBreak) || traits.contains(.block) && !shown.contains(.isRuby)
            {
                markHere()
            }
            return .html
        }
        // In a table a form has no content.
        if traits.contains(.form), top.contains(.inTable), !top.contains(.inTemplate) {
            return .html
        }
        push(tag, parts: traits.contains(.block) && !traits.contains(.title))
        return .html
    }

    /// A form within a form is none.
    private mutating func startForm() -> Bool {
        if top.contains(.inTemplate) { return true }
        if formIsOpen { return false }
        formIsOpen = true
        return true
    }

    /// Ends what a start tag ends.
    private mutating func endOthers(_ traits: ElementTraits, _ name: MarkupName) {
        if traits.contains(.alone) {
            if let open = formatting(name) { adopt(open) }
            return
        }
        if traits.contains(.table) {
            if top.contains(.inTable) {
                if let table = inTableScope({ $0.isHTML(.table) }) { pop(from: table) }
            } else if hasDoctype {
                closeParagraph()
            }
            return
        }
        if traits.contains(.item) { closeItem(.item) }
        if traits.contains(.definition) { closeItem(.definition) }
        if traits.contains(.button), let open = inScope({ $0.isHTML(.button) }) { close(open) }
        if !traits.isDisjoint(with: [.option, .optionGroup]) { closeOption(traits) }
        if traits.contains(.rubyPart), inScope({ $0.isHTML(.ruby) }) != nil { closeImplied() }
        if traits.contains(.block), !traits.contains(.box) { closeParagraph() }
        if traits.contains(.input), let open = inScope({ $0.isHTML(.select) }) { close(open) }
        if traits.contains(.heading), elements.last?.isHTML(.heading) == true {
            pop(from: elements.count - 1)
        }
    }

    mutating func closeParagraph() {
        guard top.contains(.inParagraph), let open = last({ $0.isHTML(.paragraph) }) else {
            return
        }
        close(open)
    }

    /// An item ends the one before it in its list.
    private mutating func closeItem(_ kind: ElementTraits) {
        var index = elements.count - 1
        while index >= 0 {
            let element = elements[index]
            if element.isHTML(kind) { return close(index) }
            if element.isSpecial, !element.isHTML(.passedByItems) { return }
            index -= 1
        }
    }

    private mutating func closeOption(_ traits: ElementTraits) {
        if elements.last?.isHTML(.option) == true { pop(from: elements.count - 1) }
        guard traits.contains(.optionGroup), top.contains(.inSelect) else { return }
        if elements.last?.isHTML(.optionGroup) == true { pop(from: elements.count - 1) }
    }

    private mutating func closeImplied() {
        while let last = elements.last, last.isHTML(.impliedEnd) {
            pop(from: elements.count - 1)
        }
    }
}

// MARK: Tables

extension OpenElements {
    private mutating func startTablePart(_ tag: StartTag) -> Meaning {
        while true {
            guard let open = last({ $0.isHTML([.table, .tablePart, .template]) }) else {
                guard isFragment else { return .nothing }
                break
            }
            let element = elements[open]
            if element.traits.contains(.template) { break }
            if element.isHTML(.table) || Self.holds(element.traits, tag.traits) {
                pop(from: open + 1)
                pushMissing(element.traits, tag.traits)
                break
            }
            pop(from: open)
        }
        if tag.traits.contains(.void) { return .html }
        push(tag, parts: !tag.traits.contains(.row))
        return .html
    }

    /// Whether a part of a table holds another.
    private static func holds(_ outer: ElementTraits, _ inner: ElementTraits) -> Bool {
        if outer.contains(.column) { return inner.contains(.void) }
        if outer.contains(.tableBody) { return isRow(inner) || isCell(inner) }
        return isRow(outer) && isCell(inner)
    }

    private static func isRow(_ traits: ElementTraits) -> Bool {
        traits.contains(.row) && !traits.contains(.tableBody) && !traits.contains(.column)
    }

    /// `td` and `th`.
    private static func isCell(_ traits: ElementTraits) -> Bool {
        traits.contains(.tablePart) && traits.contains(.scope) && !traits.contains(.caption)
    }

    /// What browsers add around rows and cells.
    private mutating func pushMissing(_ outer: ElementTraits, _ inner: ElementTraits) {
        let needsRow = Self.isCell(inner) && !Self.isRow(outer)
        if outer.contains(.table), needsRow || Self.isRow(inner) {
            push(Self.missingBody, parts: false)
        }
        if needsRow { push(Self.missingRow, parts: false) }
    }

    private static let missingBody = StartTag(
        name: MarkupName("tbody"), traits: [.row, .tablePart, .tableBody, .special])
    private static let missingRow = StartTag(
        name: MarkupName("tr"), traits: [.row, .tablePart, .special])
}

extension ElementTraits {
    /// Elements for which there is a rule.
    fileprivate static let rules: ElementTraits = [
        .block, .foreign, .pagePart, .tablePart, .form, .select, .alone, .table, .item,
        .definition, .button, .option, .optionGroup, .rubyPart, .input, .heading, .paragraph,
    ]
    /// Special elements that an item looks past.
    fileprivate static let passedByItems: ElementTraits = [.passed, .paragraph]
}
