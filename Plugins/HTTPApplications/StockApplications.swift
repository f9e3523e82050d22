public import DroverCore
public import DroverHTTPMessages

extension HTTPApplication {
    /// `hello`: "Hello, World!" to everyone.
    public static var hello: HTTPApplication {
        HTTPApplication("hello", summary: "answers every request with \"Hello, World!\"") { _ in HelloHandler() }
    }

    /// `inspect`: the request itself, as JSON.
    public static var inspect: HTTPApplication {
        HTTPApplication("inspect", summary: "answers every request with the request itself, as JSON") { worker in
            InspectHandler(worker: worker)
        }
    }

    /// `bulk`: bytes in any amount, both ways.
    public static var bulk: HTTPApplication {
        HTTPApplication("bulk", summary: "counts the bytes sent to /upload, sends those that /stream?bytes=N asks for")
        {
            _ in BulkHandler()
        }
    }
}

extension Plugin {
    /// The stock applications `hello`, `inspect` and `bulk`, for any protocol that carries HTTP.
    public static var httpApplications: Plugin {
        Plugin(
            "http-applications",
            applications: [HTTPApplication.hello, HTTPApplication.inspect, HTTPApplication.bulk].map(\.definition))
    }
}
