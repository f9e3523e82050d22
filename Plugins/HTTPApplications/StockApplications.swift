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
}

extension Plugin {
    /// The stock applications `hello` and `inspect`, for any protocol that carries HTTP.
    public static var httpApplications: Plugin {
        Plugin(
            "http-applications", applications: [HTTPApplication.hello.definition, HTTPApplication.inspect.definition])
    }
}
