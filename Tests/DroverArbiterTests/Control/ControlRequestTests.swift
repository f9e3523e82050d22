import Testing

@testable import DroverArbiter

@Suite struct ControlRequestTests {
    private func parse(_ line: String) throws -> ControlRequest {
        try ControlRequest(line: Array(line.utf8))
    }

    @Test(arguments: [
        ("status", ControlCommand.status), ("workers", .workers), ("listeners", .listeners), ("config", .config),
        ("reload", .reload), ("upgrade", .upgrade), ("scale 4", .scale(4)), ("scale 1024", .scale(1024)),
        ("drain 0", .drain(slot: 0)), ("kill 1023", .kill(slot: 1023)), ("reopen", .reopen), ("stop", .stop),
        ("  scale   4 \r", .scale(4)),
    ])
    func readsEachCommand(line: String, command: ControlCommand) throws {
        #expect(try parse(line) == ControlRequest(command))
        #expect(try parse(line + " --json") == ControlRequest(command, wantsJSON: true))
        #expect(try parse("--json " + line) == ControlRequest(command, wantsJSON: true))
    }

    @Test func writesWhatItReads() throws {
        for words in ["status", "scale 7", "drain 3 --json", "kill 0", "stop --json"] {
            #expect(try parse(words).line == words + "\n")
        }
        #expect(Set(ControlCommand.names).count == 11)
        for name in ControlCommand.names {
            let operand = ["scale", "drain", "kill"].contains(name) ? " 1" : ""
            #expect(try parse(name + operand).command.words.first == name)
        }
    }

    @Test(arguments: [
        ("", "a command is missing"), ("   ", "a command is missing"), ("--json", "a command is missing"),
        ("statsu", "unknown command 'statsu'; did you mean 'status'?"),
        ("frobnicate", "unknown command 'frobnicate' (there are: status, workers, listeners, config"),
        ("scale", "'scale' needs the number of workers, from 1 to 1024"), ("scale 0", "'scale' needs"),
        ("scale 1025", "'scale' needs"), ("scale -1", "'scale' needs"), ("scale 4 5", "'scale' needs"),
        ("scale 99999999999999999999", "'scale' needs"), ("drain", "'drain' needs a slot"),
        ("drain x", "'drain' needs a slot"), ("kill 1024", "'kill' needs a slot"),
        ("status 1", "'status' takes nothing after it, not '1'"), ("status --yaml", "unknown flag '--yaml'"),
        ("status\u{1B}[2J", "the request is no text"), ("st\u{0}tus", "the request is no text"),
        ("stätus", "the request is no text"),
    ])
    func refusesWhatItDoesNotKnow(line: String, reason: String) {
        let error = #expect(throws: ControlMistake.self) { try parse(line) }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func refusesALineThatIsTooLong() {
        let error = #expect(throws: ControlMistake.self) { try parse(String(repeating: "a", count: 1024)) }
        #expect(error?.description == "the request is longer than 1024 bytes")
    }

    @Test func answerHasAStatusAndAText() {
        let answer = ControlAnswer(status: 1, text: "no")
        #expect(answer.wireForm == Array("1\nno\n".utf8))
        #expect(ControlAnswer(wireForm: answer.wireForm) == answer)
        #expect(ControlAnswer(wireForm: Array("0\n".utf8)) == ControlAnswer(status: 0, text: ""))
        for broken in ["", "0", "x\nno\n", "\nno\n", "256\n", "-1\n", "1000\n"] {
            #expect(ControlAnswer(wireForm: Array(broken.utf8)) == nil)
        }
    }

    @Test func outcomeIsASentenceOrADocument() {
        let request = ControlRequest(.scale(2), wantsJSON: true)
        #expect(
            ControlAnswer(status: 1, outcome: "no \"room\"", for: request).text
                == #"{"command": "scale 2", "status": 1, "message": "no \"room\""}"# + "\n")
        #expect(ControlAnswer(status: 0, outcome: "done", for: ControlRequest(.stop)).text == "done\n")
        #expect(ControlAnswer(status: 0, outcome: "done", for: nil).text == "done\n")
    }
}
