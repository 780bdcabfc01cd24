package web

import "slices"

// Rights that are no deed: everybody, and everybody who is signed in.
const (
	public  = "public"
	anybody = "anybody"
)

// route is one page or deed: its address, the right that it needs, and what it does.
type route struct {
	Method string
	Path   string
	Right  string
	Handle func(*view) error
	Limit  int64 // largest body in bytes; 0: 1 MiB
}

// routes is the table of everything that the site answers. Deeds ask for their own right again in app.Do, within the scope of
// the project; the right here keeps those out who have it nowhere.
func routes() []route {
	return append([]route{
		{"GET", "/signin", public, (*view).signInPage, 0},
		{"POST", "/signin", public, (*view).signIn, 0},
		{"POST", "/signout", anybody, (*view).signOut, 0},
		{"POST", "/post", anybody, (*view).switchPost, 0},
		{"POST", "/prefer", public, (*view).prefer, 0},
		{"POST", "/draft", anybody, (*view).saveDraft, 0},
		{"GET", "/{$}", anybody, (*view).home, 0},
		{"GET", "/find", "read.projects", (*view).find, 0},
		{"GET", "/projects", "read.projects", (*view).projectList, 0},
		{"GET", "/projects.xlsx", "read.projects", (*view).projectListXlsx, 0},
		{"POST", "/projects/view", "read.projects", (*view).saveView, 0},
		{"GET", "/project/{id}", "read.project", (*view).projectPage, 0},
		{"GET", "/why", "read.month", (*view).why, 0},
		{"GET", "/my", "read.my", (*view).myPage, 0},
		{"GET", "/brief", "read.brief", (*view).briefPage, 0},
		{"POST", "/my/sign", "project.sign-letter", (*view).signLetter, 0},
		{"GET", "/dispatch", "read.dispatch", (*view).dispatchPage, 0},
		{"POST", "/dispatch/open", "dispatch.open", (*view).openMonth, 0},
		{"POST", "/dispatch/{month}/remind", "dispatch.remind", (*view).remind, 0},
		{"POST", "/dispatch/{month}/accept", "dispatch.accept", (*view).acceptReport, 0},
		{"POST", "/dispatch/{month}/return", "dispatch.return", (*view).returnReport, 0},
		{"POST", "/dispatch/{month}/excuse", "dispatch.settle-excuse", (*view).settleExcuse, 0},
		{"POST", "/dispatch/{month}/freeze", "dispatch.freeze", (*view).freezeMonth, 0},
		{"POST", "/dispatch/{month}/slips", "dispatch.send-slips", (*view).sendSlips, 0},
		{"POST", "/dispatch/{month}/amend", "dispatch.amend", (*view).amendMonth, 0},
		{"GET", "/report/{id}/{month}", "dispatch.report", (*view).reportPage, 0},
		{"POST", "/report/{id}/{month}", "dispatch.report", (*view).saveReport, reportLimit},
		{"POST", "/report/{id}/{month}/preview", "dispatch.report", (*view).previewReport, 0},
		{"GET", "/report/{id}/{month}/check", "dispatch.report", (*view).checkReport, 0},
		{"POST", "/report/{id}/{month}/send", "dispatch.report", (*view).sendReport, 0},
		{"POST", "/report/{id}/{month}/drop", "dispatch.report", (*view).dropTyped, 0},
		{"POST", "/report/{id}/{month}/excuse", "dispatch.ask-excuse", (*view).askExcuse, 0},
		{"GET", "/report/{id}/{month}/file/{digest}", "read.project", (*view).reportFile, 0},
	}, slices.Concat(adminRoutes(), paperRoutes(), caseRoutes(), meetingRoutes(), visitRoutes(), messageRoutes(), foreseeRoutes())...)
}
