public import DroverCore
import DroverHTTPMessages

extension Plugin {
    /// The stock application `files`: the files of a folder, as the section `files:` says.
    public static var files: Plugin {
        let summary = "serves the files of a folder"
        let definition = ApplicationDefinition.configured("files", summary: summary, kind: .http) { context in
            try FileHandler(FileSettings(section: context.section))
        }
        return Plugin("files", applications: [definition], sections: [FileSettings.section])
    }
}
