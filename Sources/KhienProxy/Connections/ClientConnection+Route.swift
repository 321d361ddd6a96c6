import KhienModel
import KhienText
import NIOCore

// Phase 2: from the URL's host to a connection whose address has been judged.
extension ClientConnection {
    /// Uses a connection that is open already, or finds addresses and connects.
    func route() {
        switch judged.url.hostKind {
        case .ipv4(let value): connect(to: [.v4(value)])
        case .ipv6(let high, let low):
            connect(to: [IPAddress.v6(high: high, low: low).unmapped])
        case .domain: routeByName()
        case .none, .empty, .opaque: answer(ProxyFault(.requestMalformed))
        }
    }

    private func routeByName() {
        let bytes = judged.url.bytes
        let host = bytes.span.extracting(judged.url.host)
        if let addresses = worker.names.fresh(host, now: worker.tick) {
            return connect(to: addresses)
        }
        let number = requestNumber
        worker.names.resolve(host, now: worker.tick) { [self] result in
            guard isDeciding(number) else { return }
            switch result {
            case .success(let addresses): connect(to: addresses)
            case .failure(let failure):
                switch failure {
                case .notFound: answer(ProxyFault(.nameNotFound))
                case .unavailable: answer(ProxyFault(.nameUnavailable))
                case .overloaded: answer(ProxyFault(.overloaded))
                }
            }
        }
    }

    /// Whether this connection still waits for what request `number` asked for.
    func isDeciding(_ number: UInt64) -> Bool {
        requestNumber == number && phase == .deciding && isActive
    }

    private func connect(to addresses: [IPAddress]) {
        if !exchange.isConnect, !exchange.wasRepeated, let open = takeOpen(addresses) {
            return attach(open)
        }
        guard phase == .deciding else { return }
        let candidates = judge(addresses)
        guard phase == .deciding, !candidates.isEmpty else { return }
        let number = requestNumber
        let connector = Connector(worker: worker, candidates: candidates) { [self] outcome in
            self.connector = nil
            guard isDeciding(number) else {
                if case .success(let open) = outcome { open.close() }
                return
            }
            switch outcome {
            case .success(let open):
                recordIfMonitored(open)
                attach(open)
            case .failure(let fault): answer(fault)
            }
        }
        self.connector = connector
        connector.start()
    }

    /// Takes a usable connection to one of the addresses out of the pool. Addresses that were
    /// judged by an older image are judged again first.
    private func takeOpen(_ addresses: [IPAddress]) -> UpstreamConnection? {
        if let open = takeOwned(addresses) {
            if isUsable(open) { return open }
            open.close()
        }
        for address in addresses {
            let endpoint = Endpoint(address, port: exchange.port)
            while let open = worker.pool.take(endpoint) {
                if isUsable(open) { return open }
                // Another client may be allowed to pass over a warning; a blocked one is of no use.
                if open.judged.judgement.verdict == .warn, worker.pool.put(open) { break }
                open.close()
            }
        }
        return nil
    }

    /// Judges the address of an open connection by the image in force, and records what is
    /// monitored.
    private func isUsable(_ open: UpstreamConnection) -> Bool {
        if open.judged.generation != worker.generation {
            let judgement = worker.judge.judge(address: open.endpoint.address)
            open.rejudged(judgement, generation: worker.generation)
        }
        guard isAllowed(open.judged.judgement) else { return false }
        worker.counters.upstreamReuses += 1
        recordIfMonitored(open)
        return true
    }

    /// The addresses that may be connected to. Where there is none the request is answered here
    /// with the reason that the first address gave. Blocked addresses beside allowed ones are
    /// passed over.
    private func judge(_ addresses: [IPAddress]) -> [JudgedEndpoint] {
        var allowed: [JudgedEndpoint] = []
        var firstFault: ProxyFault.Kind?
        var firstJudgement: (Judgement, IPAddress)?
        for address in addresses {
            let endpoint = Endpoint(address, port: exchange.port)
            if let kind = worker.destinations.refusal(of: endpoint) {
                firstFault = firstFault ?? kind
                worker.counters.addressesSkipped += 1
                continue
            }
            let judgement = worker.judge.judge(address: address)
            if isAllowed(judgement) {
                allowed.append(
                    JudgedEndpoint(
                        endpoint: endpoint, judgement: judgement, generation: worker.generation))
            } else {
                firstJudgement = firstJudgement ?? (judgement, address)
                worker.counters.addressesSkipped += 1
            }
        }
        if allowed.isEmpty {
            if let (judgement, address) = firstJudgement {
                refuse(judgement, destination: address)
            } else {
                answer(ProxyFault(firstFault ?? .nameNotFound))
            }
        }
        return allowed
    }

    private func isAllowed(_ judgement: Judgement) -> Bool {
        switch judgement.verdict {
        case .allow, .monitor: true
        case .warn: mayContinue(judgement)
        case .block: false
        }
    }

    private func recordIfMonitored(_ open: UpstreamConnection) {
        if open.judged.judgement.verdict == .monitor {
            recordPassing(open.judged.judgement, destination: open.endpoint.address)
        }
    }
}
