import Drover
import DroverHTTP
import DroverHTTPApplications
import DroverHTTPFiles
import DroverLineRPC
import DroverTLS
import DroverUWSGI

/// The stock server: every protocol and application that ships with Drover, chosen by configuration.
@main
enum DroverCommand {
    static func main() {
        Server(.http, .uwsgi, .httpApplications, .files, .lineRPC, .echo, .tls).run()
    }
}
