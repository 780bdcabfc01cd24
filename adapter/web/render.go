package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// pages are the templates, once per language, since a template's texts are bound to it.
type pages struct {
	sets map[words.Lang]map[string]*template.Template
}

func loadPages() (*pages, error) {
	p := &pages{sets: map[words.Lang]map[string]*template.Template{}}
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	var shared []string
	for _, n := range names {
		if strings.HasPrefix(path.Base(n), "_") {
			shared = append(shared, n)
		}
	}
	for _, lang := range []words.Lang{words.Zh, words.En} {
		p.sets[lang] = map[string]*template.Template{}
		base, err := template.New("").Funcs(funcs(lang)).Funcs(adminFuncs(lang)).Funcs(foreseeFuncs(lang)).ParseFS(pageFiles, shared...)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if strings.HasPrefix(path.Base(n), "_") {
				continue
			}
			t, err := base.Clone()
			if err == nil {
				t, err = t.ParseFS(pageFiles, n)
			}
			if err != nil {
				return nil, err
			}
			p.sets[lang][strings.TrimSuffix(path.Base(n), ".html")] = t
		}
	}
	return p, nil
}

// Page is what the frame knows beside a page's own data.
type Page struct {
	*view
	Title  string
	Front  string // which tab of the spine
	Ask    string // which question of the head
	Path   string // for the language switch
	Who    string
	PostZh string
	Today  string
	Theme  string
	D      any // the page's own
	Posts  []org.Post
	Nav    []link
	Chart  bool
	Drawn  calendar.Month
}

type link struct {
	Key, Href string
	On        bool
}

// page renders a template inside the frame. With X-Part only the named block is sent.
func (v *view) page(name, title string, d any, set func(*Page)) error {
	p := v.newPage(title, d)
	if set != nil {
		set(p)
	}
	return v.s.pages.write(v, 200, name, p)
}

func (v *view) newPage(title string, d any) *Page {
	q := v.r.URL.Query()
	q.Del("lang")
	self := v.r.URL.Path
	if enc := q.Encode(); enc != "" {
		self += "?" + enc
	}
	p := &Page{view: v, Title: title, D: d, Path: self, Front: "projects"}
	if c, err := v.r.Cookie(themeCookie); err == nil && c.Value == "dark" {
		p.Theme = "dark"
	}
	if v.By.Person != "" {
		p.Who = v.s.o.PersonName(v.ctx(), v.By.Person)
		if post, err := org.PostOf(v.Read(), v.By.Post); err == nil {
			p.PostZh = post.Name.In(v.Lang)
		}
		p.Posts, _ = org.PostsOf(v.Read(), v.By.Person, calendar.DateOf(v.s.o.Clock()).String())
		for _, n := range navigation {
			if may(v, n.right) == nil {
				p.Nav = append(p.Nav, link{Key: n.key, Href: n.href})
			}
		}
	}
	p.Today = calendar.DateOf(v.s.o.Clock()).String()
	return p
}

// Questions are at most as many as the head has room for; the rest stands in More.
func (p *Page) Questions() []link { return p.Nav[:min(len(p.Nav), headRoom)] }

// More is what the head keeps folded; the page that is open names itself there.
func (p *Page) More() []link { return p.Nav[min(len(p.Nav), headRoom):] }

// MoreOn is the key of the page that is open among what is folded; "" where it is none of them.
func (p *Page) MoreOn() string {
	for _, l := range p.More() {
		if l.Key == p.Ask {
			return l.Key
		}
	}
	return ""
}

// headRoom is how many questions stand in the head (DESIGN §2: four to seven).
const headRoom = 7

// navigation is the questions of the head, those asked most often first; each role sees those that it has.
var navigation = []struct{ key, href, right string }{
	{"nav.brief", "/brief", "read.brief"}, {"nav.plan", "/", "read.district"}, {"nav.slipping", "/slipping", "read.forecasts"}, {"nav.owe", "/owe", "read.cases"},
	{"nav.my", "/my", "read.my"}, {"nav.projects", "/projects", "read.projects"}, {"nav.dispatch", "/dispatch", "read.dispatch"}, {"nav.bulletin", "/bulletins", "read.month"}, {"nav.import", "/import", "read.import"},
	{"nav.rules", "/rules", "read.rules"}, {"nav.people", "/people", "read.people"}, {"nav.ledger", "/ledger", "read.entry"},
	{"nav.hooks", "/hooks", "read.deliveries"},
}

// fronts are the tabs of the spine.
var fronts = []string{"projects", "renewal", "reform", "business", "supervision"}

func (p *Page) Fronts() []string { return fronts }

// On tells whether a navigation link is the page's own.
func (p *Page) OnNav(key string) bool { return p.Ask == key }

func (p *pages) render(v *view, code int, name string, d map[string]any) error {
	pg := v.newPage(fmt.Sprint(d["Title"]), d)
	return p.write(v, code, name, pg)
}

func (p *pages) write(v *view, code int, name string, pg *Page) error {
	t, ok := p.sets[v.Lang][name]
	if !ok {
		return fmt.Errorf("no page %s", name)
	}
	block := "frame"
	if part := v.r.Header.Get("X-Part"); part != "" && t.Lookup(part) != nil {
		block = part
	} else if t.Lookup("bare") != nil {
		block = "bare"
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, block, pg); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "X-Part, Cookie")
	v.w.WriteHeader(code)
	_, err := v.w.Write(b.Bytes())
	return err
}

func escapePath(s string) string { return url.QueryEscape(s) }

// seeOther sends the browser to another page after a deed.
func (v *view) seeOther(to string) error {
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(303)
	return nil
}
