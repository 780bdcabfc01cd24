package api

import (
	"net/http"
	"slices"
)

// operations is the table of everything that the API answers. Whoever adds a command adds its line here; a test holds the table
// against rights.yaml and against every role.
func (s *server) operations() []operation {
	put, del := http.MethodPut, http.MethodDelete
	return slices.Concat(s.caseOperations(), s.meetingOperations(), s.visitOperations(), s.messageOperations(), s.forecastOperations(), []operation{
		on(http.MethodPost, "/sessions", public, "sign-in", (*caller).signIn),
		on(del, "/sessions/current", anybody, "sign-out", (*caller).signOut),
		on(put, "/sessions/current/post", anybody, "switch-post", (*caller).switchPost),
		get("/me", anybody, "me", (*caller).me),
		get("/tokens", anybody, "tokens", (*caller).tokens),
		on(http.MethodPost, "/tokens", anybody, "issue-token", (*caller).issue),
		on(del, "/tokens/{id}", anybody, "revoke-token", (*caller).revoke),
		get("/drafts/{form}", anybody, "draft", (*caller).draft),
		on(put, "/drafts/{form}", anybody, "save-draft", (*caller).saveDraft),
		get("/views", "read.projects", "views", (*caller).views),
		on(put, "/views", "read.projects", "save-views", (*caller).saveViews),
		get("/find", "read.projects", "find", (*caller).find),

		get("/district", "read.district", "district", (*caller).district),
		get("/my", "read.my", "my", (*caller).my),
		get("/projects", "read.projects", "projects", (*caller).projects),
		get("/projects/{id}", "read.project", "project", (*caller).projectOne),
		get("/figures", "read.month", "figures", (*caller).figures),
		get("/figures/explain", "read.month", "explain", (*caller).explain),
		on(http.MethodPost, "/figures/try", "read.month", "try", (*caller).try),

		get("/months", "read.month", "months", (*caller).months),
		get("/months/{month}", "read.month", "month", (*caller).monthOne),
		get("/months/{month}/reports", "read.month", "reports", (*caller).reports),
		get("/months/{month}/reports/{project}", "read.month", "report", (*caller).reportOne),
		on(http.MethodPost, "/months/{month}/reports/{project}/preview", "read.my", "preview", (*caller).preview),
		get("/months/{month}/reds", "read.dispatch", "reds", (*caller).reds),
		get("/months/{month}/check", "read.dispatch", "check-freeze", (*caller).checkFreeze),

		get("/ledger", "read.entry", "entries", (*caller).entries),
		get("/ledger/checkpoint", public, "checkpoint", (*caller).checkpoint),
		get("/ledger/verify", "read.audit", "verify", (*caller).verify),
		get("/ledger/{seq}", "read.entry", "entry", (*caller).entryOne),
		get("/ledger/{seq}/proof", "read.entry", "proof", (*caller).proof),
		get("/ledger/{seq}/files/{digest}", "read.entry", "file", (*caller).file).gives("application/octet-stream"),

		get("/rules", "read.rules", "rules", (*caller).rules),
		get("/rules/replay", "read.month", "replay", (*caller).replay),
		get("/rules/{place}/{rule}", "read.rules", "pack", (*caller).pack),

		get("/units", "read.people", "units", (*caller).units),
		get("/posts", "read.people", "posts", (*caller).postRows),
		get("/persons", "read.people", "persons", (*caller).persons),
		get("/accounts", "read.accounts", "accounts", (*caller).accounts),

		deed("/units", "org.found-unit", (*caller).foundUnit),
		deed("/units/{id}/lead", "org.lead-unit", (*caller).leadUnit),
		deed("/posts", "org.create-post", (*caller).createPost),
		deed("/persons", "org.register-person", (*caller).register),
		deed("/posts/{id}/seat", "org.seat", (*caller).seat),
		deed("/posts/{id}/unseat", "org.unseat", (*caller).unseat),
		on(http.MethodPost, "/persons/{id}/reveal", "org.reveal", "org-reveal", (*caller).reveal),
		deed("/persons/{id}/disable", "org.disable", (*caller).disable),
		deed("/persons/{id}/enable", "org.enable", (*caller).enable),
		on(put, "/persons/{id}/password", "set.password", "set-password", (*caller).setPassword),

		deed("/projects", "project.list", (*caller).listProject).large(),
		deed("/projects/{id}/describe", "project.describe", (*caller).describe).large(),
		deed("/projects/{id}/set-plan", "project.set-plan", (*caller).setPlan).large(),
		deed("/projects/{id}/set-milestone", "project.set-milestone", (*caller).setMilestone),
		deed("/projects/{id}/promise", "project.promise", (*caller).promise).large(),
		deed("/projects/{id}/happen", "project.happen", (*caller).happen).large(),
		deed("/projects/{id}/join-list", "project.join-list", (*caller).joinList),
		deed("/projects/{id}/leave-list", "project.leave-list", (*caller).leaveList),
		deed("/projects/{id}/set-duty", "project.set-duty", (*caller).setDuty),
		deed("/projects/{id}/note-statistic", "project.note-statistic", (*caller).noteStatistic).large(),
		deed("/projects/{id}/note-source", "project.note-source", (*caller).noteSource),
		deed("/projects/{id}/draw-letter", "project.draw-letter", (*caller).drawLetter),
		deed("/projects/{id}/sign-letter", "project.sign-letter", (*caller).signLetter),

		get("/bulletins/{month}", "read.month", "bulletin", (*caller).bulletin),
		get("/bulletins/{month}/{format}", "read.month", "bulletin-file", (*caller).bulletinFile).gives(octets),
		deed("/bulletins/{month}/issue", "dispatch.issue-bulletin", (*caller).issueBulletin),
		get("/projects/{id}/letters/{version}/{format}", "read.project", "letter", (*caller).letter).gives(octets),
		get("/months/{month}/slips/{project}/{format}", "read.project", "slip", (*caller).slip).gives(octets),
		get("/months/{month}/wall/{front}/{format}", "read.dispatch", "wall", (*caller).wall).gives(octets),
		get("/templates", "read.dispatch", "templates", (*caller).templates),
		get("/templates/{id}/fill/{month}", "read.dispatch", "fill-template", (*caller).fill).gives(octets),
		deed("/templates/{id}", "dispatch.map-template", (*caller).mapTemplate).large(),
		on(http.MethodPost, "/imports/plan", "read.import", "plan-import", (*caller).planImport).large(),
		on(http.MethodPost, "/imports", "dispatch.import", "dispatch-import", (*caller).doImport).large(),

		deed("/cases", "case.open", (*caller).openCase).large(),
		deed("/cases/take-over", "case.take-over", (*caller).takeOver).large(),
		on(http.MethodPost, "/imports/cases", "case.import", "case-import", (*caller).importCases).large(),
		deed("/cases/{id}/move", "case.move", (*caller).moveCase).large(),
		deed("/cases/{id}/stop", "case.stop", (*caller).stopCase),
		deed("/cases/{id}/resume", "case.resume", (*caller).resumeCase),
		deed("/cases/{id}/extend", "case.extend", (*caller).extendCase),
		deed("/cases/{id}/set-measure", "case.set-measure", (*caller).measureCase),
		deed("/cases/{id}/merge", "case.merge", (*caller).mergeCase),
		deed("/cases/{id}/split", "case.split", (*caller).splitCase),
		deed("/cases/{id}/send-slip", "case.send-slip", (*caller).slipCase),
		deed("/cases/{id}/judge", "case.judge", (*caller).judgeCase),
		deed("/cases/{id}/ask", "case.ask", (*caller).askCase),
		on(http.MethodPost, "/cases/run-clock", "case.climb", "case-climb", (*caller).runClock),
		deed("/desks/adopt", "case.adopt-desk", (*caller).adoptDesk),

		deed("/months", "dispatch.open", (*caller).openMonth),
		deed("/months/{month}/remind", "dispatch.remind", (*caller).remind),
		deed("/months/{month}/reports/{project}", "dispatch.report", (*caller).report).large(),
		deed("/months/{month}/reports/{project}/accept", "dispatch.accept", (*caller).accept),
		deed("/months/{month}/reports/{project}/return", "dispatch.return", (*caller).sendBack),
		deed("/months/{month}/reports/{project}/ask-excuse", "dispatch.ask-excuse", (*caller).askExcuse).large(),
		deed("/months/{month}/reports/{project}/settle-excuse", "dispatch.settle-excuse", (*caller).settleExcuse),
		deed("/months/{month}/reports/{project}/amend", "dispatch.amend", (*caller).amend).large(),
		deed("/months/{month}/freeze", "dispatch.freeze", (*caller).freeze),
		deed("/months/{month}/send-slips", "dispatch.send-slips", (*caller).sendSlips),
		deed("/rules/adopt", "dispatch.adopt-rules", (*caller).adopt),
	})
}
