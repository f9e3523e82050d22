@_exported public import DroverTestPrograms
