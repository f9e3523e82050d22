import Glibc

/// nginx(8), as a client of ours that was written by others, in front of a server.
public final class Nginx {
    /// Whether it is there.
    public static let isInstalled = access(program, X_OK) == 0
    private static let program = "/usr/sbin/nginx"

    /// Its port of the loopback.
    public let port: UInt16
    private let process: SpawnedServer
    private let directory: TemporaryDirectory

    /// Starts one whose server does what `directives` say; `blocks` stand beside it, for an upstream.
    public init(_ directives: String, blocks: String = "") throws {
        let directory = TemporaryDirectory()
        self.directory = directory
        // A socket that it is given, in its own way of doing that, is a port that nobody else can have meanwhile.
        let socket = try TCPListener()
        let port = socket.port
        self.port = port
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "    \($0)_temp_path \(directory.path)/\($0);\n"
        }
        let configuration = """
            daemon off;
            worker_processes 1;
            \(geteuid() == 0 ? "user root;" : "")
            pid \(directory.path)/nginx.pid;
            error_log stderr info;
            events { worker_connections 512; }
            http {
                access_log off;
                client_max_body_size 64m;
            \(folders.joined())
                \(blocks)
                server {
                    listen 127.0.0.1:\(port);
                    server_name front.example;
                    \(directives)
                }
            }

            """
        let path = directory.write("nginx.conf", configuration)
        process = SpawnedServer(
            path: Self.program, ["-p", directory.path, "-e", "stderr", "-c", path], environment: ["NGINX": "3;"],
            sockets: [socket.descriptor])
        try process.waitForLines("start worker process ")
    }

    /// What it has complained of.
    public var log: String { process.log }

    /// Lets it answer what it has and end.
    public func stop() -> Int32? {
        process.signal(SIGQUIT)
        return process.waitForExit()
    }
}
