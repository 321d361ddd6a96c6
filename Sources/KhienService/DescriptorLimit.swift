import Glibc
import KhienProxy

/// How many descriptors (sockets, files) the process may have open.
///
/// Linux gives a process a soft limit of 1,024 for the sake of programs that use `select`, and a hard
/// one that it may raise that to. Each client needs two.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: the limit in force; nil where the system does not say.
    static func raise() -> Int? {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        // SAFETY: both calls read or write the one structure that they are given, and keep no pointer.
        guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = raised.rlim_max
            // Where a sandbox forbids it the limit stays as it is, and is told.
            if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// What the proxy may need at most, for clients, their origins and unused connections to origins.
    static func wanted(for settings: ProxySettings) -> Int {
        2 * settings.bounds.connections + settings.workers * settings.bounds.idleUpstreams
    }

    /// Raises the limit; what to tell where it is below what may be needed.
    static func prepare(for settings: ProxySettings) -> String? {
        let wanted = wanted(for: settings)
        guard let limit = raise(), limit < wanted else { return nil }
        return "warning: the process may open \(limit) files and sockets, and"
            + " limits.connections: \(settings.bounds.connections) may need \(wanted): raise the"
            + " limit (LimitNOFILE, ulimit -Hn) or lower the setting [start.descriptors]"
    }
}
