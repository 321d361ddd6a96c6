import Foundation
import Glibc
import KhienProxy

/// How many descriptors (sockets, files) the process may have open.
///
/// Linux gives a process a soft limit of 1,024 for the sake of programs that use `select`, and a hard
/// one that it may raise that to. Each client needs two.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one, and closes what lies above the one that held until now: only
    /// whoever started this process can have opened that, and with it the compiler could not be started.
    ///
    /// - Returns: the limit in force; nil where the system does not say.
    @discardableResult
    static func raise() -> Int? {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        // SAFETY: both calls read or write the one structure that they are given, and keep no pointer.
        guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
        closeInherited(from: limit.rlim_cur)
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = raised.rlim_max
            // Where a sandbox forbids it the limit stays as it is, and is told.
            if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    private static func closeInherited(from limit: rlim_t) {
        let open: [String]
        do { open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") } catch {
            // Without /proc there is nothing to know them by.
            return
        }
        for descriptor in open.compactMap(Int32.init) where rlim_t(descriptor) >= limit {
            close(descriptor)
        }
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
