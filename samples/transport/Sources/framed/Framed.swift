import Drover
import DroverHTTP
import DroverLineRPC
import Frames

/// A server of three protocols over frames; which is where is configuration (drover.yaml).
@main
enum Framed {
    static func main() {
        Server(
            .frames, .echo,
            .http { request in .text("Hello over frames, \(request.path)\n") },
            .lineRPC { methods in
                methods.register("add") { (left: Int, right: Int) in left + right }
            }
        ).run()
    }
}
