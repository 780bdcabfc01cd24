package api

import "net/http"

func (s *server) meetingOperations() []operation {
	return []operation{
		get("/meetings", "read.meeting", "meetings", (*caller).meetings),
		get("/meetings/next", "read.meeting", "next-meetings", (*caller).nextMeetings),
		on(http.MethodPost, "/meetings/recognise", "read.meeting", "recognise-decision", (*caller).recognise),
		get("/meetings/{id}", "read.meeting", "meeting", (*caller).meetingOne),
		get("/meetings/{id}/agenda", "read.meeting", "meeting-agenda", (*caller).meetingAgenda),
		get("/meetings/{id}/live", "read.meeting", "meeting-live", (*caller).meetingLive),
		get("/meetings/{id}/pack", "read.meeting", "meeting-pack", (*caller).meetingPack),
		get("/meetings/{id}/follow-up", "read.meeting", "meeting-follow-up", (*caller).followUp),
		get("/meetings/{id}/minutes", "read.meeting", "meeting-minutes", (*caller).minutesOne),
		get("/meetings/{id}/minutes/{no}/{name}", "read.meeting", "meeting-minutes-file", (*caller).minutesFile).gives(octets),
		get("/rhythms", "read.rules", "rhythms", (*caller).rhythms),
		get("/rhythms/{place}/{rule}", "read.rules", "rhythm", (*caller).rhythmOne),

		deed("/meetings", "dispatch.call-meeting", (*caller).callMeeting),
		deed("/meetings/{id}/set-agenda", "dispatch.set-agenda", (*caller).setAgenda),
		deed("/meetings/{id}/start", "dispatch.start-meeting", (*caller).startMeeting),
		deed("/meetings/{id}/turn-to", "dispatch.turn-to", (*caller).turnTo),
		on(http.MethodPost, "/meetings/{id}/note", "dispatch.note-line", "dispatch-note-line", (*caller).noteLine),
		deed("/meetings/{id}/decide", "dispatch.decide-item", (*caller).decideItem),
		deed("/meetings/{id}/undecide", "dispatch.undecide-item", (*caller).undecideItem),
		deed("/meetings/{id}/hold", "dispatch.hold-item", (*caller).holdItem),
		deed("/meetings/{id}/close", "dispatch.close-meeting", (*caller).closeMeeting),
		deed("/meetings/{id}/issue-minutes", "dispatch.issue-minutes", (*caller).issueMinutes),
		deed("/rhythms/adopt", "dispatch.adopt-rhythm", (*caller).adoptRhythm),
	}
}
