/// The version of the canonical forms of this module. It rises when a form changes, because an
/// image compiled under one version cannot be matched under another.
public enum CanonicalForm {
    /// Version 1: `LookupURL` and `HostCanonicalizer` as documented ("canon: 1").
    public static let version: UInt32 = 1
}
