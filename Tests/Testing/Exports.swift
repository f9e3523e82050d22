// The test of a whole server starts it as a program, so `import DroverTesting` is enough for that as well.
@_exported public import DroverTestPrograms
