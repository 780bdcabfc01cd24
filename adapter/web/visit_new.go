package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

// errVisitAs is a form that was signed in another post, or by another person on the same phone.
var errVisitAs = fault.New(fault.Conflict, "web.visit-as")

// mostFound bounds how many findings one form carries, mostSites how many projects it offers without a search.
const (
	mostFound = 20
	mostSites = 500
)

// visitDraft is what waits of a visit, on the server or on the phone: the form's fields, under the key with which it will be sent.
type visitDraft struct {
	Key    string     `json:"key"`
	At     int64      `json:"at"` // milliseconds, of the device
	Fields url.Values `json:"fields"`
}

// visitForm 记走访 is the form as it stands.
type visitForm struct {
	V          url.Values
	Errs       map[string]string
	Error      string
	Draft, As  string
	Saved      string
	At         int64
	Today, Key string
	Plan       *visit.Visit
	Sites      []site // suggested first
	Rest       []site
	Candidates []option
	Notes      []noteField
	Findings   []findingField
	Leaders    []option
	Desk       *casework.Desk
	Query      string
	Cut        bool // there are more projects than are offered
	Data       visitData
	Rows       []answer
	Check      bool
}

// site is a project that one may go to.
type site struct {
	ID, Name, Unit, Why string
	Sample, On          bool
	Light               app.Fig
}

type noteField struct{ Name, Label, Text string }

type findingField struct {
	N                                     int
	Title, Project, Pain, Cause, To, Kind string
	Open                                  bool
}

// visitData is what the script needs to go on without a network.
type visitData struct {
	Parties map[string]string   `json:"parties"` // "post:leader" → its name
	Names   map[string]string   `json:"names"`   // of projects
	Who     map[string][]string `json:"who"`     // by project: whose posts stand behind it
}

// siteDoc is what the form needs of a project's document.
type siteDoc struct {
	Name      org.Name     `json:"name"`
	Sample    bool         `json:"sample"`
	Duty      project.Duty `json:"duty"`
	OwnerUnit string       `json:"owner_unit"`
	LocalUnit string       `json:"local_unit"`
	LineUnit  string       `json:"line_unit"`
}

// parties are those who stand behind a project: its posts, and the unit where no post is named.
func (d siteDoc) parties(own string) []string {
	var out []string
	put := func(post, unit string) {
		switch {
		case post != "" && post != own:
			out = append(out, "post:"+post)
		case post == "" && unit != "":
			out = append(out, "unit:"+unit)
		}
	}
	put(d.Duty.Lead, "")
	put(d.Duty.Line, d.LineUnit)
	put(d.Duty.Local, d.LocalUnit)
	put(d.Duty.Owner, d.OwnerUnit)
	put(d.Duty.Agent, "")
	return out
}

// visitAs names who signs: the same person in another post is somebody else.
func (v *view) visitAs() string { return v.By.Person + "/" + v.By.Post }

func visitDraftName(plan string) string {
	if plan == "" {
		return "visit/new"
	}
	return "visit/" + plan
}

// visitForm shows the form: as it waits, or empty, or filled from a plan.
func (v *view) visitForm() error {
	plan := v.r.FormValue("plan")
	name := visitDraftName(plan)
	body, saved, err := v.Read().Draft(v.By.Person, name)
	if err != nil {
		return err
	}
	w := visitDraft{Fields: url.Values{}}
	if body != "" && json.Unmarshal([]byte(body), &w) != nil || w.Fields == nil { // an older form's draft: of no use
		w = visitDraft{Fields: url.Values{}}
	}
	if len(w.Fields) == 0 {
		saved = ""
		w.Fields.Set("plan", plan)
		if p := v.r.FormValue("project"); p != "" {
			w.Fields.Add("project", p)
		}
	}
	d, err := v.visitData(w.Fields)
	if err != nil {
		return err
	}
	d.Saved, d.At = saved, w.At
	if w.Key != "" {
		d.Key = w.Key
	}
	return v.showVisit(d, http.StatusOK)
}

func (v *view) showVisit(d *visitForm, code int) error {
	name, title := "visit-new", v.T("visit.new")
	if d.Check {
		name, title = "visit-check", v.T("visit.check")
	}
	p := v.newPage(title, d)
	p.Ask = "nav.my"
	return v.s.pages.write(v, code, name, p)
}

// visitData gathers the form around its fields.
func (v *view) visitData(vals url.Values) (*visitForm, error) {
	today := v.today().String()
	d := &visitForm{V: vals, Errs: map[string]string{}, As: v.visitAs(), Today: today, Key: app.NewKey(), Draft: visitDraftName(vals.Get("plan")), Query: vals.Get("q")}
	if id := vals.Get("plan"); id != "" {
		x, err := v.s.o.VisitOf(v.ctx(), v.By, id)
		if err != nil {
			return nil, err
		}
		d.Plan = &x
		if vals.Get("on") == "" {
			vals.Set("place", x.Place)
			vals.Set("purpose", x.Purpose)
			vals["project"] = x.Projects
		}
	}
	if vals.Get("on") == "" {
		vals.Set("on", today)
	}
	desk, err := casework.ForUse(v.Read(), visit.DeskUse, today)
	if err != nil && !errors.Is(err, casework.ErrNoDesk) {
		return nil, err
	}
	d.Desk = desk
	if err := v.visitSites(d); err != nil {
		return nil, err
	}
	d.notes()
	d.findings()
	if v.By.Has(org.Dispatcher) {
		if d.Leaders, err = v.leaders(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// leaders are the posts for which the dispatcher may write a visit down.
func (v *view) leaders() ([]option, error) {
	posts, err := app.All[org.Post](v.Read(), org.PostKind, "")
	if err != nil {
		return nil, err
	}
	var out []option
	for _, p := range posts {
		if slices.Contains(p.Roles, org.Leader) {
			out = append(out, option{p.ID, v.party(casework.Party{Post: p.ID})})
		}
	}
	return out, nil
}

// notes are one field for the visit, and one for each project where there are several.
func (d *visitForm) notes() {
	if ids := d.V["project"]; len(ids) > 1 {
		for _, id := range ids {
			d.Notes = append(d.Notes, noteField{"note_" + id, d.Data.Names[id], d.V.Get("note_" + id)})
		}
	}
	d.Notes = append(d.Notes, noteField{Name: "note_", Text: d.V.Get("note_")})
}

// findings are those that were begun, and one more.
func (d *visitForm) findings() {
	for n := 1; n <= mostFound; n++ {
		get := func(k string) string { return d.V.Get("f" + strconv.Itoa(n) + "_" + k) }
		f := findingField{n, get("title"), get("project"), get("pain"), get("cause"), get("to"), get("kind"), get("pain")+get("cause")+get("to") != ""}
		if f.Title == "" && !f.Open {
			continue
		}
		d.Findings = append(d.Findings, f)
	}
	if len(d.Findings) == 0 || d.V.Get("do") == "more" {
		last := 0
		for _, f := range d.Findings {
			last = f.N
		}
		d.Findings = append(d.Findings, findingField{N: min(last+1, mostFound)})
	}
}

// visitLog reads the deed out of the fields.
func (v *view) visitLog(vals url.Values) (visit.Log, error) {
	text := func(k string) string { return strings.TrimSpace(vals.Get(k)) }
	c := visit.Log{Plan: text("plan"), Visitor: casework.Party{Post: text("visitor")}, Facts: visit.Facts{On: text("on"), From: text("from"), To: text("to"), Projects: vals["project"],
		Place: text("place"), Purpose: text("purpose"), Others: text("others"), Who: partiesOf(vals["who"])}}
	for _, id := range append(slices.Clone(c.Projects), "") {
		for line := range strings.Lines(vals.Get("note_" + id)) {
			c.Notes = append(c.Notes, visit.Line{Project: id, Text: line})
		}
	}
	for n := 1; n <= mostFound; n++ {
		f, some, err := v.foundOf(vals, "f"+strconv.Itoa(n)+"_", c.Projects)
		if err != nil {
			return c, err
		}
		if some {
			c.Findings = append(c.Findings, f)
		}
	}
	return c, nil
}

// partiesOf reads "post:leader" and "unit:co".
func partiesOf(list []string) []casework.Party {
	var out []casework.Party
	for _, s := range list {
		switch kind, id, _ := strings.Cut(s, ":"); kind {
		case "post":
			out = append(out, casework.Party{Post: id})
		case "unit":
			out = append(out, casework.Party{Unit: id})
		}
	}
	return out
}

// foundOf reads one finding; some is false where nothing was written. Who is to handle it is named by its place behind the project.
func (v *view) foundOf(vals url.Values, prefix string, projects []string) (f visit.Found, some bool, err error) {
	text := func(k string) string { return strings.TrimSpace(vals.Get(prefix + k)) }
	f = visit.Found{Title: text("title"), Project: text("project"), Kind: text("kind"), Pain: text("pain"), Cause: text("cause")}
	if f.Title+f.Pain+f.Cause == "" {
		return f, false, nil
	}
	if f.Project == "" && len(projects) == 1 {
		f.Project = projects[0]
	}
	to := text("to")
	if to == "" || f.Project == "" {
		return f, true, nil
	}
	p, err := project.Of(v.Read(), f.Project)
	f.Handler.Unit = map[string]string{"local": p.LocalUnit, "line": p.LineUnit, "owner": p.OwnerUnit}[to]
	return f, true, err
}

// visitFields are the form's fields as they were sent, without what belongs to the sending.
func (v *view) visitFields() (url.Values, error) {
	if err := v.r.ParseForm(); err != nil {
		return nil, err
	}
	vals := url.Values{}
	for k, list := range v.r.PostForm {
		if !strings.HasPrefix(k, "_") {
			vals[k] = list
		}
	}
	return vals, nil
}

func (v *view) keepVisitDraft(key string, vals url.Values) error {
	raw, err := json.Marshal(visitDraft{Key: key, At: v.s.o.Clock().UnixMilli(), Fields: vals})
	if err != nil {
		return err
	}
	return v.Read().PutDraft(v.By.Person, visitDraftName(vals.Get("plan")), string(raw), v.s.o.Clock().UTC().Format(ledger.TimeLayout))
}

// keepVisit is the way without script: it keeps what was typed and goes where the button says.
func (v *view) keepVisit() error {
	vals, err := v.visitFields()
	if err != nil {
		return err
	}
	key := v.r.FormValue("_key")
	if err := v.keepVisitDraft(key, vals); err != nil {
		return err
	}
	if vals.Get("do") == "later" {
		return v.seeOther("/visits?did=kept")
	}
	d, err := v.visitData(vals)
	if err != nil {
		return err
	}
	d.Key = key
	if vals.Get("do") != "check" {
		return v.showVisit(d, http.StatusOK)
	}
	c, err := v.visitLog(vals)
	if err == nil {
		_, _, err = v.s.o.LogVisit(v.ctx(), v.By, c, app.Options{DryRun: true})
	}
	if err != nil {
		return v.visitRefused(d, err)
	}
	d.Check, d.Rows = true, v.visitAnswers(d, c)
	return v.showVisit(d, http.StatusOK)
}

// visitRefused shows the form again with what was typed and the sentence at the question that it is about.
func (v *view) visitRefused(d *visitForm, err error) error {
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Kind == fault.Forbidden && !errors.Is(err, visit.ErrUnseen) {
		return err
	}
	d.Error = sentence(v.Lang, f)
	d.Errs[questionOf(f)] = d.Error
	return v.showVisit(d, status[f.Kind])
}

// questionOf is the question of the form that a refusal is about.
func questionOf(f *fault.Fault) string {
	switch f.Code {
	case visit.ErrFuture.Code, visit.ErrTime.Code, visit.ErrNowhere.Code, visit.ErrUnseen.Code, "calendar.not-a-date":
		return "where"
	case visit.ErrEmpty.Code:
		return "seen"
	case visit.ErrTitle.Code, visit.ErrHalf.Code, visit.ErrElse.Code, casework.ErrOwnJudge.Code, casework.ErrNoDesk.Code, casework.ErrKind.Code:
		return "found"
	}
	return "who"
}

// visitAnswers lists what is about to be signed.
func (v *view) visitAnswers(d *visitForm, c visit.Log) []answer {
	where := strings.Join(slices.DeleteFunc([]string{v.namesOf(d.Data.Names, c.Projects), c.Place}, blankText), v.T("list.and"))
	when := c.On
	if c.From+c.To != "" {
		when += " " + c.From + "–" + c.To
	}
	who := strings.Join(slices.DeleteFunc([]string{v.parties(c.Who), c.Others}, blankText), v.T("list.and"))
	rows := []answer{{Key: "where", Q: v.T("visit.where"), Text: where}, {Key: "where", Q: v.T("visit.when"), Text: when}, {Key: "where", Q: v.T("visit.purpose"), Text: c.Purpose},
		{Key: "who", Q: v.T("visit.who"), Text: who}}
	for _, n := range c.Notes {
		if !blankText(n.Text) {
			rows = append(rows, answer{Key: "seen", Q: v.seenAt(d.Data.Names[n.Project]), Text: strings.TrimSpace(n.Text)})
		}
	}
	for i, f := range c.Findings {
		text := f.Title
		if f.Pain != "" {
			text += v.T("list.and") + v.T("visit.pain-cause", "pain", f.Pain, "cause", f.Cause)
		}
		if f.Handler.Unit != "" {
			text += v.T("list.and") + v.T("visit.to-unit", "unit", v.party(f.Handler))
		}
		rows = append(rows, answer{Key: "found", Q: v.T("visit.finding-n", "n", i+1), Text: text})
	}
	return slices.DeleteFunc(rows, func(a answer) bool { return a.Text == "" })
}

func (v *view) seenAt(project string) string {
	if project == "" {
		return v.T("visit.seen")
	}
	return v.T("visit.seen-at", "name", project)
}

func (v *view) namesOf(names map[string]string, ids []string) string {
	var out []string
	for _, id := range ids {
		if names[id] != "" {
			out = append(out, names[id])
		}
	}
	return strings.Join(out, v.T("list.comma"))
}

// sendVisit signs and sends: from the check page, or from a phone that may have tried before. The key makes it once; whoever sent
// another text under the same key is told that the first stands.
func (v *view) sendVisit() error {
	vals, err := v.visitFields()
	if err != nil {
		return err
	}
	if as := vals.Get("as"); as != v.visitAs() {
		return errVisitAs
	}
	c, err := v.visitLog(vals)
	part := v.r.Header.Get("X-Part") != ""
	var rec app.Receipt
	var id string
	if err == nil {
		rec, id, err = v.s.o.LogVisit(v.ctx(), v.By, c, v.options())
	}
	if err != nil {
		if f, ok := app.Refused(err); ok && part {
			v.w.Header().Set("X-Where", questionOf(f))
			return err
		}
		d, derr := v.visitData(vals)
		if derr != nil {
			return err
		}
		d.Key = v.r.FormValue("_key")
		if kerr := v.keepVisitDraft(d.Key, vals); kerr != nil {
			return kerr
		}
		return v.visitRefused(d, err)
	}
	if err := v.Read().PutDraft(v.By.Person, visitDraftName(vals.Get("plan")), "", ""); err != nil {
		return err
	}
	did, err := v.sentAs(rec, id, c)
	if err != nil {
		return err
	}
	to := "/visit/" + id + "?did=" + did + "&e=" + strconv.FormatInt(rec.First, 10)
	if !part {
		return v.seeOther(to)
	}
	v.w.Header().Set("Cache-Control", "no-store")
	_, err = v.w.Write([]byte(to))
	return err
}

// sentAs tells a first sending from one that came again, and from one whose words differ from those in the ledger.
func (v *view) sentAs(rec app.Receipt, id string, c visit.Log) (string, error) {
	if !rec.Repeat {
		if len(c.Findings) == 0 {
			return "noted", nil
		}
		return "sent", nil
	}
	e, err := v.Read().Entry(rec.First)
	if err != nil {
		return "", err
	}
	var b struct {
		On, Place string
		Projects  []string
		Notes     []visit.Line
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return "", err
	}
	found := 0
	for _, k := range rec.Kinds {
		if k == "visit.finding-raised/1" {
			found++
		}
	}
	var notes []visit.Line
	for _, n := range c.Notes {
		if n.Text = strings.TrimSpace(n.Text); n.Text != "" {
			notes = append(notes, n)
		}
	}
	if b.On != c.On || b.Place != c.Place || !slices.Equal(b.Projects, c.Projects) || !slices.Equal(b.Notes, notes) || found != len(c.Findings) {
		return "other", nil
	}
	return "again", nil
}

// dropVisit throws a draft away on its owner's word.
func (v *view) dropVisit() error {
	if err := v.Read().PutDraft(v.By.Person, visitDraftName(v.r.FormValue("plan")), "", ""); err != nil {
		return err
	}
	return v.seeOther("/visit/new")
}
