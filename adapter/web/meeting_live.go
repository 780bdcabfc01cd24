package web

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
)

// livePage 会中 is a meeting while people talk: the agenda, one item, and the tasks with their receipts.
type livePage struct {
	M          dispatch.Meeting
	When       string
	Hidden     int // items that the reader may not see
	Rows       []agendaRow
	Row        *agendaRow // the one that the page is about
	Of         int
	Item       liveItem
	Lines      []lineRow
	Drafts     []draftRow
	Heard      string // what was recognised, in one sentence
	Ready      int    // drafts that lack nothing
	Tasks      []taskRow
	Count      tally
	Clock, At  string
	Pace       string // on the agenda's time, or by how much off it
	People     []present
	Units      []unitGroupOption
	CanNote    bool
	CanDecide  bool
	CanClose   bool
	Undo       *agendaRow // the last decision, which may be taken back
	Prev, Next string
	Left       int // items that are neither decided nor held over
	Notice     string
	Form       formState
	Key        string
	Values     map[string]string
}

// Field gives what was typed into the refused form of a decision.
func (d *livePage) Field(name string) string { return d.Form.Val("decide", name) }

// liveItem is what an item is about.
type liveItem struct {
	Fc         *projectForecast // odds of the project's finish, with the options that were kept for the meeting
	Case       *casework.Case
	Level      string
	Raiser     string
	M          *measureView
	MeasureSeq int64
	NeedPain   bool // nobody has written what is hard and why
	Prev       *app.FollowUp
	PrevTasks  []taskRow
	Older      []taskRow
	PrevCount  tally
	Reds       []projectRow
	RedsOf     asOf
	Visit      *visit.Visit
	Found      []caseRow
	Chosen     string
	Agrees     string // who agrees that its tasks are done, unless somebody else is named; "" where nobody has asked for it
}

// lineRow is one line of notes.
type lineRow struct {
	dispatch.Line
	Who  string
	Mine bool
	HTML template.HTML // with what was recognised tinted
	Key  string
}

// draftRow is a task that was heard and is not given yet.
type draftRow struct {
	N                   int
	Key                 string // line and place in it: what was corrected by hand stays with it
	Title, Unit, By     string
	Assists, Helpers    string // ids; names
	NoUnit, NoDay, Past bool
	Drop                bool
}

// Lacks tells whether it can't be given yet.
func (d draftRow) Lacks() bool { return !d.Drop && (d.NoUnit || d.NoDay || d.Past) }

// live reads the meeting and the item that the page is about: the one asked for, or the one that is on.
func (v *view) live() (*livePage, error) {
	m, hidden, err := v.s.o.Meeting(v.ctx(), v.By, v.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	now := v.s.o.Clock().In(calendar.Zone)
	d := &livePage{M: m, Hidden: hidden, When: v.meetingWhen(m), Clock: now.Format("15:04"), At: now.Format("15:04:05"), Key: app.NewKey(), Of: len(m.Items)}
	d.CanNote = v.mayMeet("dispatch.note-line") && (m.State == dispatch.MeetingRunning || m.State == dispatch.MeetingClosed)
	d.CanDecide = v.mayMeet("dispatch.decide-item") && m.State == dispatch.MeetingRunning
	d.CanClose = v.mayMeet("dispatch.close-meeting") && m.State == dispatch.MeetingRunning
	shown := v.r.FormValue("item")
	if m.Item(shown) == nil {
		shown = ""
		if on := m.Now(); on != nil {
			shown = on.ID
		} else if len(m.Items) > 0 {
			shown = m.Items[len(m.Items)-1].ID
		}
	}
	if d.Rows, err = v.agenda(m, shown); err != nil {
		return nil, err
	}
	for i := range d.Rows {
		r := &d.Rows[i]
		if r.On {
			d.Row = r
			if i > 0 {
				d.Prev = d.Rows[i-1].X.ID
			}
			if i+1 < len(d.Rows) {
				d.Next = d.Rows[i+1].X.ID
			}
		}
		if !r.Done {
			d.Left++
		}
		if r.Done && (d.Undo == nil || r.X.Ended > d.Undo.X.Ended) {
			d.Undo = r
		}
	}
	if d.Tasks, err = v.taskRows(m.Tasks()); err != nil {
		return nil, err
	}
	d.Count = tallyOf(d.Tasks)
	return d, nil
}

func (v *view) mayMeet(deed string) bool { return org.May(v.Read(), v.By, deed, org.Scope{}) == nil }

// notes adds the lines of the item and the tasks that are heard in them.
func (v *view) notes(d *livePage) error {
	if d.Row == nil {
		return nil
	}
	units, err := v.s.o.UnitWords(v.ctx())
	if err != nil {
		return err
	}
	names, today := v.unitNames(), calendar.DateOf(v.s.o.Clock())
	for _, l := range d.Row.X.Lines {
		clauses := app.Recognise(l.Text, units, today)
		d.Lines = append(d.Lines, lineRow{Line: l, Who: v.postName(l.By), Mine: l.By == v.By.Post, HTML: tinted(l.Text, clauses), Key: app.NewKey()})
		if l.Struck || l.Late || d.Row.Done {
			continue
		}
		for i, c := range clauses {
			t, ok := c.Draft()
			if !ok || c.Unit == "" && c.Day == "" { // a remark, not a task
				continue
			}
			w := draftRow{N: len(d.Drafts), Key: l.ID + "." + strconv.Itoa(i), Title: t.Title, Unit: t.Unit, By: t.By}
			for _, a := range t.Assists {
				w.Assists = strings.TrimPrefix(w.Assists+","+a.Unit, ",")
				w.Helpers = strings.TrimPrefix(w.Helpers+v.T("list.comma")+names[a.Unit], v.T("list.comma"))
			}
			d.Drafts = append(d.Drafts, w)
		}
		for _, c := range clauses {
			if c.Option != "" {
				d.Item.Chosen = c.Option
			}
		}
	}
	v.heard(d)
	return nil
}

// heard marks what lacks and says it in one sentence.
func (v *view) heard(d *livePage) {
	today := calendar.DateOf(v.s.o.Clock()).String()
	var lacks []string
	d.Ready = 0
	for i := range d.Drafts {
		w := &d.Drafts[i]
		w.NoUnit, w.NoDay, w.Past = w.Unit == "", w.By == "", w.By != "" && w.By < today
		switch {
		case w.Drop:
		case w.NoUnit && w.NoDay:
			lacks = append(lacks, v.T("live.lacks.both", "title", w.Title))
		case w.NoUnit:
			lacks = append(lacks, v.T("live.lacks.unit", "title", w.Title))
		case w.NoDay:
			lacks = append(lacks, v.T("live.lacks.day", "title", w.Title))
		case w.Past:
			lacks = append(lacks, v.T("live.lacks.past", "title", w.Title))
		default:
			d.Ready++
		}
	}
	switch {
	case len(d.Drafts) == 0:
		d.Heard = v.T("live.heard.none")
	case len(lacks) == 0:
		d.Heard = v.T("live.heard", "n", len(d.Drafts))
	default:
		d.Heard = v.T("live.heard", "n", len(d.Drafts)) + v.T("live.lacks", "n", len(lacks), "what", strings.Join(lacks, v.T("list.and")))
	}
}

// tinted sets a line with what was recognised in it marked.
func tinted(text string, clauses []app.Clause) template.HTML {
	var b strings.Builder
	at := 0
	mark := func(s *app.Stretch) {
		if s == nil || s.FromByte < at || s.ToByte > len(text) {
			return
		}
		b.WriteString(template.HTMLEscapeString(text[at:s.FromByte]) + `<mark class="got">` + template.HTMLEscapeString(text[s.FromByte:s.ToByte]) + `</mark>`)
		at = s.ToByte
	}
	for _, c := range clauses {
		parts := []*app.Stretch{}
		if c.Option != "" {
			parts = append(parts, &c.Stretch)
		}
		parts = append(parts, c.UnitAt, c.DayAt)
		for i := range c.Assists {
			parts = append(parts, &c.Assists[i].Stretch)
		}
		for range parts { // few: the next one in the text each time
			var next *app.Stretch
			for _, p := range parts {
				if p != nil && p.FromByte >= at && (next == nil || p.FromByte < next.FromByte) {
					next = p
				}
			}
			mark(next)
		}
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(b.String())
}

// matter adds what the item is about.
func (v *view) matter(d *livePage) error {
	if d.Row == nil {
		return nil
	}
	it := &d.Item
	x := d.Row.X
	kind, id, _ := strings.Cut(x.Subject, "/")
	var err error
	switch {
	case x.Kind == dispatch.ItemPrevious:
		it.Prev, it.PrevTasks, it.Older, err = v.previousTasks(d.M)
		it.PrevCount = tallyOf(it.PrevTasks)
	case kind == casework.CaseKind:
		c, err := casework.Of(v.Read(), id)
		if err != nil {
			return err
		}
		it.Case, it.Raiser, it.M = &c, v.party(c.Raiser), v.measureView(c.Measure)
		if c.Level > 0 {
			it.Level = v.levelName(c.Level)
		}
		if c.Measure != nil {
			it.MeasureSeq = c.Measure.Seq
		}
		it.NeedPain = c.Open() && (c.Measure == nil || strings.TrimSpace(c.Measure.Pain) == "" || strings.TrimSpace(c.Measure.Cause) == "")
	case x.Kind == dispatch.ItemRed:
		err = v.redMatter(d, kind, id)
	case kind == "visit":
		var s visit.Visit
		if s, err = visit.Of(v.Read(), id); err == nil {
			it.Visit = &s
			var ids []string
			for _, f := range s.Findings {
				ids = append(ids, f.Case)
			}
			it.Found, err = v.caseRows(ids, true)
		}
	}
	if x.Chosen != "" {
		it.Chosen = x.Chosen
	}
	if err != nil {
		return err
	}
	return v.agrees(d)
}

// agrees names who asked for the item, in the order in which the deed looks for him: the raiser of its case, the unit that answers
// for its project, the chair.
func (v *view) agrees(d *livePage) error {
	it := &d.Item
	id, err := dispatch.ProjectOf(v.Read(), d.Row.X)
	if err == nil {
		it.Fc, err = v.projectOdds(id)
	}
	switch {
	case err != nil:
		return err
	case it.Case != nil:
		it.Agrees = it.Raiser
	case id != "":
		p, err := project.Of(v.Read(), id)
		if err != nil {
			return err
		}
		it.Agrees = v.party(casework.Party{Unit: p.LocalUnit})
	}
	if it.Agrees == "" && d.M.Chair != "" {
		it.Agrees = v.party(casework.Party{Post: d.M.Chair})
	}
	return nil
}

// redMatter lists the red projects of a month, or the one project that the item is about, with its lights.
func (v *view) redMatter(d *livePage, kind, id string) error {
	m, err := v.month()
	if err != nil {
		return err
	}
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	hue := "red"
	switch kind {
	case "month":
		if m, err = calendar.ParseMonth(id); err != nil {
			return err
		}
	case "project":
		f.IDs, hue = []string{id}, ""
	}
	rows, figs, err := v.rows(m, f, hue, "lag")
	if err != nil {
		return err
	}
	d.Item.Reds, d.Item.RedsOf = rows, v.asOf(figs)
	return v.samples(d.Item.Reds)
}

// liveShow renders the page; a refused form comes back with its sentence and with what was typed.
func (v *view) liveShow(form formState, code int) error {
	d, err := v.live()
	if err != nil {
		return err
	}
	if d.M.State == dispatch.MeetingCalled || d.M.State == dispatch.MeetingOff {
		return v.seeOther("/meeting/" + d.M.ID)
	}
	d.Form = form
	for _, step := range []func(*livePage) error{v.notes, v.matter} {
		if err := step(d); err != nil {
			return err
		}
	}
	if err := v.pace(d); err != nil {
		return err
	}
	v.keepTyped(d)
	d.Units = v.unitChoices()
	d.People = v.s.here.look(d.M.ID, v.By.Post)
	d.Notice, _, _ = v.notice("live.did")
	title := d.When + " " + d.M.Title
	if d.Row != nil {
		title = d.Row.Title
	}
	p := v.newPage(title, d)
	p.Ask, p.Front = "nav.dispatch", "projects"
	return v.s.pages.write(v, code, "meeting-live", p)
}

// pace says whether the meeting keeps to its agenda.
func (v *view) pace(d *livePage) error {
	l, err := v.s.o.LiveMeeting(v.ctx(), v.By, d.M.ID)
	if err != nil {
		return err
	}
	switch {
	case l.Behind > 0:
		d.Pace = v.T("live.behind", "n", l.Behind)
	case l.Behind < 0:
		d.Pace = v.T("live.ahead", "n", -l.Behind)
	default:
		d.Pace = v.T("live.on-plan")
	}
	return nil
}

func (v *view) livePage() error { return v.liveShow(formState{}, 200) }

// keepTyped puts what was typed into a refused decision back into its drafts.
func (v *view) keepTyped(d *livePage) {
	if d.Form.Which != "decide" {
		return
	}
	if n, err := strconv.Atoi(d.Form.Values["drafts"]); err == nil && n >= 0 && n <= mostDrafts {
		names := v.unitNames()
		d.Drafts = nil
		for i := range n {
			get := func(k string) string { return d.Form.Values["d"+strconv.Itoa(i)+"_"+k] }
			w := draftRow{N: i, Key: get("key"), Title: get("title"), Unit: get("unit"), By: get("by"), Assists: get("assists"), Drop: get("drop") != ""}
			for _, u := range strings.Split(w.Assists, ",") {
				if names[u] != "" {
					w.Helpers = strings.TrimPrefix(w.Helpers+v.T("list.comma")+names[u], v.T("list.comma"))
				}
			}
			d.Drafts = append(d.Drafts, w)
		}
		v.heard(d)
	}
	if o := d.Form.Values["option"]; o != "" {
		d.Item.Chosen = o
	}
}

// present 也在记 is who writes where, right now.
type present struct {
	Post string `json:"post"`
	Name string `json:"name"`
	Item string `json:"item"`
	Line string `json:"line"`
	at   time.Time
}

// presence is no fact: it lives in memory, and whoever was not heard of for a while is gone.
type presence struct {
	mu sync.Mutex
	by map[string]map[string]present // meeting → post
}

const awayAfter = 12 * time.Second

// say notes where somebody is.
func (p *presence) say(meeting string, x present) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[string]map[string]present{}
	}
	if p.by[meeting] == nil {
		p.by[meeting] = map[string]present{}
	}
	x.at = time.Now()
	p.by[meeting][x.Post] = x
}

// look lists the others.
func (p *presence) look(meeting, me string) []present {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []present{} // a list even when empty: the script counts it
	for post, x := range p.by[meeting] {
		if time.Since(x.at) > awayAfter {
			delete(p.by[meeting], post)
		} else if post != me {
			out = append(out, x)
		}
	}
	if len(p.by[meeting]) == 0 {
		delete(p.by, meeting)
	}
	slices.SortFunc(out, func(a, b present) int { return strings.Compare(a.Post, b.Post) })
	return out
}

// EndedBy says who ended an item and when.
func (v *view) EndedBy(r *agendaRow) string {
	return v.T("live.ended-by", "who", v.postName(r.X.EndedBy), "at", clockOf(r.X.Ended))
}
