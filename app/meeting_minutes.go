package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"

	"github.com/gowebpki/jcs"
)

// MinutesData 纪要 is what the minutes of a meeting, its list of decided matters and its reminder letters are made from. Its canonical JSON
// is what is issued: names are those of the day on which it was made.
type MinutesData struct {
	Meeting   string              `json:"meeting"`
	Title     string              `json:"title"`
	On        string              `json:"on"`
	At        string              `json:"at"`
	Place     string              `json:"place,omitempty"`
	Started   string              `json:"started,omitempty"` // RFC 3339
	Closed    string              `json:"closed,omitempty"`
	Chair     string              `json:"chair,omitempty"` // post
	Recorders []string            `json:"recorders,omitempty"`
	Present   []casework.Party    `json:"present,omitempty"`
	Items     []MinutesItem       `json:"items"`
	Tasks     []MinutesTask       `json:"tasks"`   // 确定事项清单
	Letters   []MinutesLetter     `json:"letters"` // 工作提醒函, one for each unit that has something to do
	Units     map[string]org.Name `json:"units"`
	Posts     map[string]org.Name `json:"posts"`
}

// MinutesItem is an item as minutes have it.
type MinutesItem struct {
	ID        string            `json:"id"`
	Kind      dispatch.ItemKind `json:"kind"`
	Subject   string            `json:"subject,omitempty"`
	Title     string            `json:"title,omitempty"`
	Pain      string            `json:"pain,omitempty"`
	Cause     string            `json:"cause,omitempty"`
	Options   []casework.Option `json:"options,omitempty"`
	Chosen    string            `json:"chosen,omitempty"`
	Decision  string            `json:"decision,omitempty"`
	Lines     []string          `json:"lines,omitempty"` // without those that were struck
	Tasks     []string          `json:"tasks,omitempty"`
	NoTaskWhy string            `json:"no_task_why,omitempty"`
	HeldWhy   string            `json:"held_why,omitempty"`
}

// MinutesTask is one decided matter.
type MinutesTask struct {
	ID       string           `json:"id"`
	Item     string           `json:"item"`
	Title    string           `json:"title"`
	Handler  casework.Party   `json:"handler"`
	Assists  []casework.Party `json:"assists,omitempty"`
	Raiser   casework.Party   `json:"raiser"` // confirms it
	By       string           `json:"by"`
	Criteria string           `json:"criteria,omitempty"`
}

// MinutesLetter is what one unit is told: the tasks that it leads and those that it helps with.
type MinutesLetter struct {
	Unit    string   `json:"unit"`
	Leads   []string `json:"leads,omitempty"`
	Assists []string `json:"assists,omitempty"`
}

// MinutesOf gathers the minutes of a meeting, all of them: who may see only a part gets a part.
func (o *Office) MinutesOf(ctx context.Context, by org.Signer, id string) (*MinutesData, error) {
	m, _, err := o.Meeting(ctx, by, id)
	if err != nil {
		return nil, err
	}
	r := o.Read(ctx)
	out := &MinutesData{Meeting: m.ID, Title: m.Title, On: m.On, At: m.At, Place: m.Place, Started: m.Started, Closed: m.Closed, Chair: m.Chair, Recorders: m.Recorders,
		Present: m.Present, Items: []MinutesItem{}, Tasks: []MinutesTask{}, Letters: []MinutesLetter{}}
	for _, x := range m.Items {
		if err := out.item(r, by, x); err != nil {
			return nil, err
		}
	}
	out.letters()
	return out, out.names(r)
}

func (out *MinutesData) item(r Reader, by org.Signer, x dispatch.Item) error {
	i := MinutesItem{ID: x.ID, Kind: x.Kind, Subject: x.Subject, Title: x.Title, Chosen: x.Chosen, Decision: x.Decision, NoTaskWhy: x.NoTaskWhy, HeldWhy: x.HeldWhy}
	kind, id, _ := strings.Cut(x.Subject, "/")
	if kind == casework.CaseKind && MaySeeCase(r, by, id) == nil {
		c, err := casework.Of(r, id)
		if err != nil {
			return err
		}
		if c.Measure != nil {
			i.Pain, i.Cause, i.Options = c.Measure.Pain, c.Measure.Cause, c.Measure.Options
		}
	}
	for _, l := range x.Lines {
		if !l.Struck {
			i.Lines = append(i.Lines, l.Text)
		}
	}
	for _, id := range x.Tasks {
		if MaySeeCase(r, by, id) != nil {
			continue
		}
		c, err := casework.Of(r, id)
		if err != nil {
			return err
		}
		i.Tasks = append(i.Tasks, id)
		out.Tasks = append(out.Tasks, MinutesTask{id, x.ID, c.Title, c.Handler, c.Assists, c.Raiser, c.Given, c.Criteria})
	}
	out.Items = append(out.Items, i)
	return nil
}

func (out *MinutesData) letters() {
	at := func(unit string) *MinutesLetter {
		i := slices.IndexFunc(out.Letters, func(l MinutesLetter) bool { return l.Unit == unit })
		if i < 0 {
			out.Letters = append(out.Letters, MinutesLetter{Unit: unit})
			i = len(out.Letters) - 1
		}
		return &out.Letters[i]
	}
	for _, t := range out.Tasks {
		l := at(t.Handler.Unit)
		l.Leads = append(l.Leads, t.ID)
		for _, a := range t.Assists {
			l := at(a.Unit)
			l.Assists = append(l.Assists, t.ID)
		}
	}
}

// names keeps what everybody is called on the day of the minutes.
func (out *MinutesData) names(r Reader) error {
	units, posts := map[string]org.Name{}, map[string]org.Name{out.Chair: {}}
	party := func(p casework.Party) { units[p.Unit], posts[p.Post] = org.Name{}, org.Name{} }
	for _, p := range out.Present {
		party(p)
	}
	for _, p := range out.Recorders {
		posts[p] = org.Name{}
	}
	for _, t := range out.Tasks {
		party(t.Handler)
		party(t.Raiser)
		for _, a := range t.Assists {
			party(a)
		}
	}
	for kind, by := range map[string]map[string]org.Name{org.UnitKind: units, org.PostKind: posts} {
		delete(by, "")
		got, err := Named[hasName](r, kind, keys(by))
		if err != nil {
			return err
		}
		for id, d := range got {
			by[id] = d.Name
		}
	}
	out.Units, out.Posts = units, posts
	return nil
}

// Canonical is the text whose digest is issued.
func (out *MinutesData) Canonical() ([]byte, error) {
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(raw)
}

// MinutesPrinter sets the files of the minutes as they are issued, by name: minutes.docx, list.docx, letter-<unit>.docx. The paper
// adapter has it.
type MinutesPrinter interface {
	MinutesFiles(ctx context.Context, o *Office, by org.Signer, id string) (map[string][]byte, error)
}

// IssueMinutes 印发纪要: has the papers set and states the digests of content and files; both go in as evidence. Whoever issues them sees
// the whole meeting.
func (o *Office) IssueMinutes(ctx context.Context, by org.Signer, id string, p MinutesPrinter, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	if err := org.May(r, by, "dispatch.issue-minutes", org.Scope{}); err != nil {
		return Receipt{}, err
	}
	m, err := o.MinutesOf(ctx, by, id)
	if err != nil {
		return Receipt{}, err
	}
	raw, err := m.Canonical()
	if err != nil {
		return Receipt{}, err
	}
	head, _, _, err := r.Log()
	if err != nil {
		return Receipt{}, err
	}
	content := File{Digest: head.Suite.Digest(raw), Name: "minutes-" + id + ".json", Media: "application/json", Bytes: raw}
	cmd := dispatch.IssueMinutes{Meeting: id, Content: content.Digest, Files: map[string]string{}}
	opt.Files = append(opt.Files, content)
	files, err := p.MinutesFiles(ctx, o, by, id)
	if err != nil {
		return Receipt{}, err
	}
	for _, name := range keys(files) {
		f := File{Digest: head.Suite.Digest(files[name]), Name: id + "-" + name, Media: mediaOf["docx"], Bytes: files[name]}
		cmd.Files[name] = f.Digest
		opt.Files = append(opt.Files, f)
	}
	return o.Do(ctx, by, cmd, opt)
}

// IssuedMinutes gives a file of the minutes as it was issued, byte for byte; no is the number of the issue, 0 the last. ok is false where
// there is none.
func (o *Office) IssuedMinutes(ctx context.Context, by org.Signer, id string, no int, name string) (raw []byte, ok bool, err error) {
	r := o.Read(ctx)
	if err := MaySeeMeetings(r, by); err != nil { // they speak of items that others may not see
		return nil, false, err
	}
	m, err := dispatch.MeetingOf(r, id)
	if err != nil || len(m.Minutes) == 0 {
		return nil, false, err
	}
	if no == 0 {
		no = len(m.Minutes)
	}
	for _, x := range m.Minutes {
		if x.No == no && x.Files[name] != "" {
			raw, err = issuedFile(r, x.Files[name])
			return raw, err == nil, err
		}
	}
	return nil, false, nil
}
