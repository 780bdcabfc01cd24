package web

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
	return []route{
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
	}
}
