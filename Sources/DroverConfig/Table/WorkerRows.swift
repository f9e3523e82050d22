import DroverCore

extension SettingsTable {
    static func workerRows(_ vocabulary: SettingsVocabulary) -> [SettingRow] {
        [
            .server(
                .workers, \.workers.count, "workers", as: .workerCount(maximum: WorkerSettings.maximumCount),
                shortFlag: "w", gunicorn: "workers",
                "Worker processes; auto is one for each CPU that affinity and cgroup quota leave to the server."),
            .server(
                .workers, \.workers.className, "worker_class",
                as: .choice(vocabulary.workerClasses, noun: "worker class"), shortFlag: "k", gunicorn: "worker_class",
                "How a worker runs its connections."),
            .server(
                .workers, \.workers.threads, "threads", as: .integer(1...1024), gunicorn: "threads",
                "Threads of a worker of class threads, each of which runs one handler at a time."),
            .server(
                .workers, \.workers.connections, "worker_connections", as: .integer(1...1_000_000),
                gunicorn: "worker_connections",
                "Connections that a worker has at most. For one more the longest idle one ends, where its protocol "
                    + "allows that between messages, as HTTP's does; otherwise newcomers wait in the queue."),
            .server(
                .workers, \.workers.maxRequests, "max_requests", as: .integer(0...Int.max), gunicorn: "max_requests",
                "Requests after which a worker is replaced; 0 is never."),
            .server(
                .workers, \.workers.maxRequestsJitter, "max_requests_jitter", as: .integer(0...Int.max),
                gunicorn: "max_requests_jitter",
                "The most that is added at random to max_requests, so that workers do not leave together."),
            .server(
                .workers, \.workers.maxResidentBytes, "max_worker_rss", as: .byteCount(0...Int.max),
                "Resident memory above which a worker is replaced; it looks once a second while it is busy; 0 is never."
            ),
            .server(
                .workers, \.workers.maxLifetime, "max_worker_lifetime",
                "The age at which a worker is replaced; 0 is never."),
            .server(
                .workers, \.workers.maxUnavailable, "max_unavailable", as: .integer(1...WorkerSettings.maximumCount),
                "Workers that may be missing, booting or on their way out at a time before no other is recycled."),
            .server(
                .workers, \.timeouts.minWorkerLifetime, "min_worker_lifetime",
                "A worker that dies younger is respawned with growing delay, up to 10 s."),
        ]
    }
}
