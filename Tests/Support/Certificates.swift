import Glibc

/// An authority and its certificates, right ones and wrong ones, made once a run by scripts/make-test-certificates.
public enum Certificates {
    /// The folder that they are in.
    public static let folder: String = {
        let folder = "\(SpawnedServer.products)/test-certificates"
        let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
        _ = try? Command.run(["rm", "-rf", folder])
        let made = try? Command.run(["\(root)/scripts/make-test-certificates", folder])
        precondition(made?.status == 0, "cannot make certificates: \(made?.output ?? "no shell")")
        return folder
    }()

    /// The path of the file called `name`.
    public static func path(_ name: String) -> String { "\(folder)/\(name)" }
}
