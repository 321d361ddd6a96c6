/// Every limit of the program, by area. An area's limits stand in a file of their own,
/// `Limits+Area.swift`, each with its unit in its name and a test at it and one past it.
public enum Limits {}
