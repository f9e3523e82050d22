import Hummingbird
import Logging
import NIOPosix

// hello PORT THREADS: the same thirteen bytes from Hummingbird, one process with as many event loops as others have workers.
let port = Int(CommandLine.arguments[1])!
let threads = Int(CommandLine.arguments[2])!

var logger = Logger(label: "hello")
logger.logLevel = .error
let router = Router()
router.get("/") { _, _ in "Hello, World!" }
let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: port)),
    eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: threads)),
    logger: logger)
try await application.runService()
