/// Numbers as people read them.
enum Figures {
    /// With a comma for each thousand.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0, place.isMultiple(of: 3), digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// With so many digits behind the point, and a positive number before it.
    static func fixed(_ number: Double, _ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let all = Int((number * Double(scale)).rounded())
        let behind = String(all % scale)
        return "\(all / scale)." + String(repeating: "0", count: digits - behind.count) + behind
    }

    /// In ms, to the hundredth.
    static func milliseconds(_ duration: Duration) -> String { "\(fixed(duration / .milliseconds(1), 2)) ms" }
}
