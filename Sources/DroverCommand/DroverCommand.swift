import Drover
import DroverHTTP
import DroverHTTPApplications
import DroverHTTPFiles
import DroverTLS

/// The stock server: every protocol and application that ships with Drover, chosen by configuration.
@main
enum DroverCommand {
    static func main() {
        Server(.http, .httpApplications, .files, .echo, .tls).run()
    }
}
