package web

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
)

// mostDrafts is how many tasks one decision may give through a page.
const mostDrafts = 40

// scripted tells whether the page's script asks: it gets JSON and, when refused, the sentence alone.
func (v *view) scripted() bool { return v.r.Header.Get("X-Part") == "live" }

// liveState is what the page's script is told: after every deed, and every few seconds.
type liveState struct {
	Clock   string     `json:"clock"`
	At      string     `json:"at"` // to the second: saved then
	State   string     `json:"state"`
	Now     string     `json:"now"`  // the item that is on
	Item    string     `json:"item"` // the one that was asked for
	Ended   bool       `json:"ended"`
	Seq     int64      `json:"seq"`
	Measure int64      `json:"measure"`
	Lines   []lineJSON `json:"lines"`
	People  []present  `json:"people"`
	Chosen  string     `json:"chosen"`
	Agenda  string     `json:"agenda"`
	Drafts  string     `json:"drafts"`
	Tasks   string     `json:"tasks"`
	Heard   string     `json:"heard"`
	Noted   *lineJSON  `json:"noted,omitempty"` // the line that was sent, as it stands
}

type lineJSON struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	HTML   string `json:"html"`
	Who    string `json:"who"`
	Mine   bool   `json:"mine"`
	Seen   int64  `json:"seen"`
	Beside string `json:"beside"`
	Struck bool   `json:"struck"`
	Late   bool   `json:"late"`
}

func (l lineRow) json() lineJSON {
	return lineJSON{l.ID, l.Text, string(l.HTML), l.Who, l.Mine, l.Seq, l.Beside, l.Struck, l.Late}
}

// stateNow works out what the script is told.
func (v *view) stateNow() (liveState, error) {
	d, err := v.live()
	if err != nil {
		return liveState{}, err
	}
	if err := v.notes(d); err != nil {
		return liveState{}, err
	}
	d.Units = v.unitChoices()
	s := liveState{Clock: d.Clock, At: d.At, State: string(d.M.State), Heard: d.Heard, Chosen: d.Item.Chosen, People: v.s.here.look(d.M.ID, v.By.Post), Lines: []lineJSON{}}
	if on := d.M.Now(); on != nil {
		s.Now = on.ID
	}
	if d.Row != nil {
		x := d.Row.X
		s.Item, s.Seq, s.Ended = x.ID, x.Seq, d.Row.Done
		if kind, id, _ := strings.Cut(x.Subject, "/"); kind == casework.CaseKind {
			if c, err := casework.Of(v.Read(), id); err == nil && c.Measure != nil {
				s.Measure = c.Measure.Seq
			}
		}
	}
	for _, l := range d.Lines {
		s.Lines = append(s.Lines, l.json())
	}
	for name, to := range map[string]*string{"live-agenda": &s.Agenda, "live-drafts": &s.Drafts, "live-tasks": &s.Tasks} {
		if *to, err = v.fragment("meeting-live", name, d); err != nil {
			return s, err
		}
	}
	return s, nil
}

// fragment renders one named part of a page into a string.
func (v *view) fragment(page, name string, d any) (string, error) {
	var b strings.Builder
	err := v.s.pages.sets[v.Lang][page].ExecuteTemplate(&b, name, v.newPart(d))
	return b.String(), err
}

// newPart is what a part of a page needs of the frame.
func (v *view) newPart(d any) *Page { return &Page{view: v, D: d} }

func (v *view) sendJSON(x any) error {
	raw, err := json.Marshal(x)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	v.w.Header().Set("Cache-Control", "no-store")
	_, err = v.w.Write(raw)
	return err
}

// liveStateJSON answers the script's question, and notes where its reader is.
func (v *view) liveStateJSON() error {
	if v.mayMeet("dispatch.note-line") && v.r.FormValue("here") != "" {
		v.s.here.say(v.r.PathValue("id"), present{Post: v.By.Post, Name: v.postName(v.By.Post), Item: v.r.FormValue("item"), Line: v.r.FormValue("line")})
	}
	s, err := v.stateNow()
	if err != nil {
		return err
	}
	return v.sendJSON(s)
}

// livePath is the page of an item after a deed.
func (v *view) livePath(item, did string) string {
	p := "/meeting/" + v.r.PathValue("id") + "/live"
	q := "?"
	if item != "" {
		p += q + "item=" + escapePath(item)
		q = "&"
	}
	if did != "" {
		p += q + "did=" + did
	}
	return p
}

// answerLive ends a deed of the live page: JSON for the script, the page for a form.
func (v *view) answerLive(item, did string, noted *lineJSON) error {
	if !v.scripted() {
		return v.seeOther(v.livePath(item, did))
	}
	s, err := v.stateNow()
	if err != nil {
		return err
	}
	s.Noted = noted
	return v.sendJSON(s)
}

// refusedLive shows a refused form again with what was typed; the script gets the sentence.
func (v *view) refusedLive(which string, err error) error {
	f, ok := app.Refused(err)
	if v.scripted() || !ok {
		return err
	}
	return v.liveShow(formState{Which: which, Error: sentences(v, err), Values: v.typedForm()}, status[f.Kind])
}

// sentences says every refusal of an error that joins several.
func sentences(v *view, err error) string {
	var all []string
	if joined, ok := unwrapJoined(err); ok {
		for _, e := range joined {
			all = append(all, sentences(v, e))
		}
		return strings.Join(all, " ")
	}
	if f, ok := app.Refused(err); ok {
		return app.Sentence(v.Lang, f)
	}
	return err.Error()
}

// unwrapJoined finds the errors that were joined, through what wraps them.
func unwrapJoined(err error) ([]error, bool) {
	for err != nil {
		if j, ok := err.(interface{ Unwrap() []error }); ok {
			return j.Unwrap(), true
		}
		err = errors.Unwrap(err)
	}
	return nil, false
}

// noteLine saves one line.
func (v *view) noteLine() error {
	item := v.r.FormValue("item")
	seen, _ := strconv.ParseInt(v.r.FormValue("seen"), 10, 64)
	line, _, err := v.s.o.NoteLine(v.ctx(), v.By, dispatch.NoteLine{Meeting: v.r.PathValue("id"), Item: item, Line: v.r.FormValue("line"), Text: strings.TrimRight(v.r.FormValue("text"), " \n\r\t"), Seen: seen}, v.options())
	if err != nil {
		return v.refusedLive("note", err)
	}
	j := lineRow{Line: line, Mine: true}.json()
	return v.answerLive(item, "", &j)
}

// decideItem 议定: what was typed becomes the decision, what was heard in it becomes tasks.
func (v *view) decideItem() error {
	m, err := dispatch.MeetingOf(v.Read(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	item := v.r.FormValue("item")
	x := m.Item(item)
	if x == nil {
		return dispatch.ErrNoItem.With("meeting", m.ID, "item", item)
	}
	num := func(k string) int64 { n, _ := strconv.ParseInt(v.r.FormValue(k), 10, 64); return n }
	cmd := dispatch.DecideItem{Meeting: m.ID, Item: item, Option: v.r.FormValue("option"), Text: strings.TrimSpace(v.r.FormValue("text")), Pain: v.r.FormValue("pain"), Cause: v.r.FormValue("cause"),
		NoTaskWhy: v.r.FormValue("no_task_why"), Seen: num("seen"), MeasureSeen: num("measure_seen")}
	if cmd.Text == "" {
		cmd.Text = spoken(*x)
	}
	if cmd.Tasks, err = v.typedTasks(); err != nil {
		return v.refusedLive("decide", err)
	}
	if _, err := v.s.o.DecideItem(v.ctx(), v.By, cmd, v.options()); err != nil {
		return v.refusedLive("decide", err)
	}
	did := "decided"
	switch {
	case x.Kind == dispatch.ItemPrevious && len(cmd.Tasks) == 0:
		did = "looked"
	case len(cmd.Tasks) == 0:
		did = "settled"
	}
	return v.answerLive("", did, nil)
}

// spoken joins the lines of an item into its decision.
func spoken(x dispatch.Item) string {
	var out []string
	for _, l := range x.Lines {
		if !l.Struck && !l.Late {
			out = append(out, strings.TrimSpace(l.Text))
		}
	}
	return strings.Join(out, "\n")
}

// typedTasks reads the drafts of a form.
func (v *view) typedTasks() ([]dispatch.TaskDraft, error) {
	n, err := strconv.Atoi(v.r.FormValue("drafts"))
	if err != nil || n < 0 {
		n = 0
	}
	if n > mostDrafts {
		return nil, errForm.With("field", v.T("live.tasks"))
	}
	var out []dispatch.TaskDraft
	for i := range n {
		get := func(k string) string { return strings.TrimSpace(v.r.FormValue("d" + strconv.Itoa(i) + "_" + k)) }
		if get("drop") != "" || get("title") == "" && get("unit") == "" && get("by") == "" {
			continue
		}
		t := dispatch.TaskDraft{Title: get("title"), Unit: get("unit"), By: get("by"), Raiser: casework.Party{Unit: v.r.FormValue("raiser")}}
		for _, u := range strings.Split(get("assists"), ",") {
			if u != "" {
				t.Assists = append(t.Assists, casework.Party{Unit: u})
			}
		}
		out = append(out, t)
	}
	return out, nil
}

func (v *view) holdItem() error {
	seen, _ := strconv.ParseInt(v.r.FormValue("seen"), 10, 64)
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.HoldItem{Meeting: v.r.PathValue("id"), Item: v.r.FormValue("item"), Why: v.r.FormValue("why"), Seen: seen}, v.options()); err != nil {
		return v.refusedLive("hold", err)
	}
	return v.answerLive("", "held", nil)
}

func (v *view) undecideItem() error {
	item := v.r.FormValue("item")
	seen, _ := strconv.ParseInt(v.r.FormValue("seen"), 10, 64)
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.Undecide{Meeting: v.r.PathValue("id"), Item: item, Why: v.r.FormValue("why"), Seen: seen}, v.options()); err != nil {
		return v.refusedLive("undo", err)
	}
	return v.answerLive(item, "undone", nil)
}

func (v *view) turnTo() error {
	item := v.r.FormValue("item")
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.TurnTo{Meeting: v.r.PathValue("id"), Item: item}, v.options()); err != nil {
		return v.refusedLive("turn", err)
	}
	return v.answerLive(item, "", nil)
}
