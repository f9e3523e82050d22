import DogeRegistry
import DogeServer
import DogeWorker
import Drover

/// The server of the demo: the service `test`, entered in the registry that drover.yaml names.
@main
enum Main {
    static func main() {
        Server(.doge(serving: DemoService()), .dogeWorker, .dogeRegistry, hooks: WorkerMemory()).run()
    }
}
