/// A place in a file, counted from 1 as editors do.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// The file's path as it was given.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int

    /// The place `line`:`column` of `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The form that editors and compilers jump to: `drover.yaml:7:3`.
    public var description: String { "\(file):\(line):\(column)" }
}
