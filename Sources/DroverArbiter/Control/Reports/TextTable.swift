/// Columns of text for a terminal, each as wide as it must be.
struct TextTable {
    /// A column: its title, and the side that its cells keep to.
    struct Column {
        let title: String
        let isNumber: Bool

        /// Words, which begin at the left.
        static func words(_ title: String) -> Column { Column(title: title, isNumber: false) }
        /// Numbers, which end at the right.
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a line; it has a cell for each column.
    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// The title line and the lines, each ended.
    var text: String {
        let titles = columns.map(\.title)
        let widths = columns.indices.map { index in
            ([titles] + rows).map { $0[index].count }.max() ?? 0
        }
        return ([titles] + rows).map { cells in
            let line = columns.indices.map { index in
                let gap = String(repeating: " ", count: widths[index] - cells[index].count)
                return columns[index].isNumber ? gap + cells[index] : cells[index] + gap
            }.joined(separator: "  ")
            return line.prefix(through: line.lastIndex { $0 != " " } ?? line.startIndex) + "\n"
        }.joined()
    }
}
