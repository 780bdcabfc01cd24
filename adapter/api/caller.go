package api

import (
	"context"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
)

// Rights that are no deed: everybody, and everybody who is signed in.
const (
	public  = "public"
	anybody = "anybody"
)

// caller is one request: who asks, in which language, through which reader.
type caller struct {
	s       *server
	ctx     context.Context
	lang    words.Lang
	by      org.Signer
	session app.Session
	token   string
	reader  app.Reader
	reach   *org.Reach
	posts   map[string]org.Post
}

type callerKey struct{}

func (c *caller) read() app.Reader {
	if c.reader == nil {
		c.reader = c.s.o.Read(c.ctx)
	}
	return c.reader
}

// guard signs the request and asks for the operation's right before anything of it is read. Deeds ask again in app.Do, within
// the scope of what they touch.
func (s *server) guard(right string) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		q := requestOf(hc.Context())
		q.route = hc.Operation().Path
		c := &caller{s: s, ctx: hc.Context(), lang: q.lang}
		if right != public {
			if err := c.sign(hc.Header("Authorization")); err != nil {
				huma.WriteErr(s.api, hc, 0, "", err)
				return
			}
			q.post = c.by.Post
			if right != anybody {
				if _, err := org.ReachOf(c.read(), c.by, right); err != nil {
					huma.WriteErr(s.api, hc, 0, "", err)
					return
				}
			}
		}
		next(huma.WithValue(hc, callerKey{}, c))
	}
}

func (c *caller) sign(header string) error {
	if header == "" {
		return errToken
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(token) == "" {
		return errScheme
	}
	by, session, err := c.s.o.Signed(c.ctx, strings.TrimSpace(token))
	if err != nil {
		return err
	}
	c.by, c.session, c.token = by, session, strings.TrimSpace(token)
	return nil
}

// may asks for a further right within an operation.
func (c *caller) may(right string) bool {
	return org.May(c.read(), c.by, right, org.Scope{}) == nil
}

// reachOf is how far the caller sees projects: the same rows as on the pages.
func (c *caller) reachOf() (org.Reach, error) {
	if c.reach == nil {
		r, err := org.ReachOf(c.read(), c.by, "read.project")
		if err != nil {
			return r, err
		}
		c.reach = &r
	}
	return *c.reach, nil
}

// within limits a filter to what the caller sees.
func (c *caller) within(f app.ProjectFilter) (app.ProjectFilter, error) {
	reach, err := c.reachOf()
	if err != nil || reach.All {
		return f, err
	}
	f.ReachLink, f.ReachUnits = reach.Link, reach.Units
	if f.ReachUnits == nil {
		f.ReachUnits = []string{}
	}
	return f, nil
}

// sees gives a test for projects: all, or those within reach.
func (c *caller) sees() (func(id string) bool, error) {
	reach, err := c.reachOf()
	if err != nil {
		return nil, err
	}
	if reach.All {
		return func(string) bool { return true }, nil
	}
	f, err := c.within(app.ProjectFilter{})
	if err != nil {
		return nil, err
	}
	lines, err := c.read().Projects(f)
	if err != nil {
		return nil, err
	}
	in := make(map[string]bool, len(lines))
	for _, l := range lines {
		in[l.ID] = true
	}
	return func(id string) bool { return in[id] }, nil
}

// project reads a project that the caller may see.
func (c *caller) project(id string) (project.Project, error) {
	p, err := project.Of(c.read(), id)
	if err != nil {
		return p, err
	}
	return p, org.May(c.read(), c.by, "read.project", p.Scope())
}

// month is the asked month, or the newest that was opened.
func (c *caller) month(m Month) (calendar.Month, error) {
	if !m.IsZero() {
		return m.Month, nil
	}
	ids, err := c.read().IDs("month", "")
	if err != nil {
		return calendar.Month{}, err
	}
	if len(ids) == 0 {
		return calendar.DateOf(c.s.o.Clock()).Month(), nil
	}
	return calendar.ParseMonth(ids[len(ids)-1])
}

// at is what was known at the end of a day; "" is all that is known now.
func (c *caller) at(day string) (figure.At, error) {
	if day == "" {
		return figure.At{}, nil
	}
	d, err := calendar.ParseDay(day)
	if err != nil {
		return figure.At{}, err
	}
	seq, err := c.read().SeqAt(d.At(24 * 60).UTC().Format(timeLayout))
	return figure.At{Seq: seq}, err
}

// person is how a person is named: by the name for those who may read it, by the id for everybody else.
func (c *caller) person(id string) string {
	if !c.may("read.personal") {
		return ""
	}
	return c.s.o.PersonName(c.ctx, id)
}

// post reads a post once per request.
func (c *caller) post(id string) (org.Post, bool) {
	if p, ok := c.posts[id]; ok {
		return p, true
	}
	p, err := org.PostOf(c.read(), id)
	if err != nil {
		return p, false
	}
	if c.posts == nil {
		c.posts = map[string]org.Post{}
	}
	c.posts[id] = p
	return p, true
}

func (c *caller) today() string { return calendar.DateOf(c.s.o.Clock()).String() }
