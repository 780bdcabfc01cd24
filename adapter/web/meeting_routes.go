package web

// meetingRoutes are the meeting: what comes, one meeting before and after, the meeting itself, and what is printed of it.
func meetingRoutes() []route {
	return []route{
		{"GET", "/meetings", "read.meeting", (*view).meetingsPage, 0},
		{"POST", "/meetings", "dispatch.call-meeting", (*view).callMeeting, 0},
		{"GET", "/meeting/{id}", "read.meeting", (*view).meetingPage, 0},
		{"POST", "/meeting/{id}/call", "dispatch.call-meeting", (*view).callMeeting, 0},
		{"POST", "/meeting/{id}/agenda", "dispatch.set-agenda", (*view).setAgenda, 0},
		{"POST", "/meeting/{id}/propose", "dispatch.set-agenda", (*view).proposeAgenda, 0},
		{"POST", "/meeting/{id}/start", "dispatch.start-meeting", (*view).startMeeting, 0},
		{"POST", "/meeting/{id}/close", "dispatch.close-meeting", (*view).closeMeeting, 0},
		{"GET", "/meeting/{id}/live", "read.meeting", (*view).livePage, 0},
		{"GET", "/meeting/{id}/live/state", "read.meeting", (*view).liveStateJSON, 0},
		{"POST", "/meeting/{id}/note", "dispatch.note-line", (*view).noteLine, 0},
		{"POST", "/meeting/{id}/decide", "dispatch.decide-item", (*view).decideItem, 0},
		{"POST", "/meeting/{id}/undecide", "dispatch.undecide-item", (*view).undecideItem, 0},
		{"POST", "/meeting/{id}/hold", "dispatch.hold-item", (*view).holdItem, 0},
		{"POST", "/meeting/{id}/turn", "dispatch.turn-to", (*view).turnTo, 0},
		{"GET", "/meeting/{id}/pack", "read.meeting", (*view).packPaper, 0},
		{"GET", "/meeting/{id}/pack/{format}", "read.meeting", (*view).packPaper, 0},
		{"GET", "/meeting/{id}/minutes", "read.meeting", (*view).minutesPaper, 0},
		{"GET", "/meeting/{id}/minutes/{format}", "read.meeting", (*view).minutesPaper, 0},
		{"POST", "/meeting/{id}/minutes", "dispatch.issue-minutes", (*view).issueMinutes, 0},
		{"GET", "/meeting/{id}/issued/{no}/{name}", "dispatch.note-line", (*view).issuedFile, 0},
		{"GET", "/meeting/{id}/list", "read.meeting", (*view).listPaper, 0},
		{"GET", "/meeting/{id}/list/{format}", "read.meeting", (*view).listPaper, 0},
		{"GET", "/meeting/{id}/letter/{unit}", "read.meeting", (*view).letterPaper, 0},
		{"GET", "/meeting/{id}/letter/{unit}/{format}", "read.meeting", (*view).letterPaper, 0},
		{"GET", "/slips/{case}/{n}", "read.cases", (*view).caseSlipPage, 0},
		{"GET", "/slips/{case}/{n}/{format}", "read.cases", (*view).caseSlipPage, 0},
		{"GET", "/weekly", "read.dispatch", (*view).latestWeek, 0},
		{"GET", "/weekly/{monday}", "read.dispatch", (*view).weeklyPage, 0},
		{"GET", "/weekly/{monday}/{format}", "read.dispatch", (*view).weeklyPage, 0},
	}
}
