package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

func ledgerRoutes() []route {
	return []route{
		{"GET", "/ledger", "read.entry", (*view).ledgerList, 0},
		{"GET", "/entry/{seq}", "read.entry", (*view).entryPage, 0},
		{"GET", "/entry/{seq}/proof", "read.entry", (*view).entryProof, 0},
		{"GET", "/entry/{seq}/file/{digest}", "read.entry", (*view).entryFile, 0},
	}
}

// entryRow is one line of the ledger.
type entryRow struct {
	Seq                                  int64
	Number, On, At, Text, Who, Post      string
	Subject, SubjectHref, Kind, KindName string
	Files                                int
	Corrects                             bool
}

func (v *view) entryRow(e ledger.Entry, names map[string]string) entryRow {
	r := entryRow{Seq: e.Seq, Number: e.Number(), On: e.EffectiveOn, At: e.RecordedAt, Text: v.entrySentence(e), Who: v.s.o.PersonName(v.ctx(), e.Actor), Post: v.postName(e.Post),
		Kind: e.Kind, KindName: labelOf(v.Lang, "kind", e.Kind), Files: len(e.Evidence), Corrects: e.Corrects > 0}
	if r.Who == e.Actor {
		r.Who = ""
	}
	r.Subject, r.SubjectHref = v.aboutWhat(e.Subject, names)
	return r
}

// aboutWhat names the subject of an entry, with the page that shows it.
func (v *view) aboutWhat(subject string, names map[string]string) (name, href string) {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "project":
		if n := names[id]; n != "" {
			return n, "/project/" + id
		}
		if p, err := project.Of(v.Read(), id); err == nil {
			return p.Facts.Name.In(v.Lang), "/project/" + id
		}
	case casework.CaseKind:
		if c, ok := v.cases[id]; ok {
			return c.Title, "/case/" + id
		}
		if c, err := casework.Of(v.Read(), id); err == nil {
			return c.Title, "/case/" + id
		}
	case "month":
		if m, err := calendar.ParseMonth(id); err == nil {
			return monthText(v.Lang, m), "/dispatch?m=" + id
		}
	case "unit":
		if u, err := org.UnitOf(v.Read(), id); err == nil {
			return u.Name.In(v.Lang), "/people?unit=" + id
		}
	case "post":
		if p, err := org.PostOf(v.Read(), id); err == nil {
			return p.Name.In(v.Lang), "/people?unit=" + p.Unit + "&post=" + id
		}
	case "person":
		return v.s.o.PersonName(v.ctx(), id), ""
	case "import":
		return v.T("ledger.import", "year", id), ""
	case "visit":
		return id, "/visit/" + id
	}
	return labelOf(v.Lang, "subject", subject), ""
}

const ledgerPage = 60

// ledgerList shows entries newest first, by subject, kind and person, as far as the reader may see.
func (v *view) ledgerList() error {
	q := v.r.URL.Query()
	subject, room, actor := q.Get("s"), q.Get("kind"), q.Get("actor")
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64)
	if actor != "" {
		if err := may(v, "read.audit"); err != nil {
			return err
		}
	}
	sees, err := v.seesSubjects()
	if err != nil {
		return err
	}
	match := func(e ledger.Entry) bool {
		return (room == "" || e.Room() == room || e.Kind == room) && (actor == "" || e.Actor == actor) && sees(e.Subject)
	}
	var found []ledger.Entry
	more := false
	if subject != "" {
		all, err := v.Read().Entries(subject, 0)
		if err != nil {
			return err
		}
		for _, e := range all {
			if (before == 0 || e.Seq < before) && match(e) {
				found = append(found, e)
			}
		}
	} else {
		for at := before; ; {
			page, err := v.Read().Recent(at, 500)
			if err != nil {
				return err
			}
			for _, e := range page {
				if match(e) {
					found = append(found, e)
				}
			}
			if len(page) < 500 || len(found) > ledgerPage {
				break
			}
			at = page[len(page)-1].Seq
		}
	}
	if len(found) > ledgerPage {
		found, more = found[:ledgerPage], true
	}
	var projects, cases []string
	for _, e := range found {
		switch kind, id, _ := strings.Cut(e.Subject, "/"); kind {
		case project.Kind:
			projects = append(projects, id)
		case casework.CaseKind:
			cases = append(cases, id)
		}
	}
	named, err := app.Named[struct{ Name org.Name }](v.Read(), project.Kind, projects)
	if err != nil {
		return err
	}
	if v.cases, err = app.Named[casework.Case](v.Read(), casework.CaseKind, cases); err != nil {
		return err
	}
	names := map[string]string{}
	for id, n := range named {
		names[id] = n.Name.In(v.Lang)
	}
	var rows []entryRow
	for _, e := range found {
		rows = append(rows, v.entryRow(e, names))
	}
	head, vkey, _, err := v.Read().Log()
	if err != nil {
		return err
	}
	next := ""
	if more {
		q.Set("before", strconv.FormatInt(found[len(found)-1].Seq, 10))
		next = "/ledger?" + q.Encode()
	}
	about, href := "", ""
	if subject != "" {
		about, href = v.aboutWhat(subject, names)
	}
	who := ""
	if actor != "" {
		who = v.s.o.PersonName(v.ctx(), actor)
	}
	var kinds []option
	for _, k := range []string{"project", "dispatch", "case", "schedule", "visit", "org"} {
		kinds = append(kinds, option{k, v.T("room." + k)})
	}
	d := map[string]any{"Rows": rows, "Next": next, "Size": head.Size, "Suite": head.Suite.Name, "Key": fingerprint(vkey), "Subject": subject, "About": about, "AboutHref": href, "Kind": room, "Kinds": kinds, "Actor": actor, "Who": who}
	return v.page("ledger", v.T("ledger.title"), d, func(p *Page) { p.Ask = "nav.ledger" })
}

// seesSubjects is app.MaySeeEntry for many: rights are asked once, and projects come from one list.
func (v *view) seesSubjects() (func(string) bool, error) {
	if may(v, "read.audit") == nil {
		return func(string) bool { return true }, nil
	}
	people := may(v, "read.people") == nil
	reach, err := org.ReachOf(v.Read(), v.By, "read.project")
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	if !reach.All {
		units := reach.Units
		if units == nil {
			units = []string{}
		}
		lines, err := v.Read().Projects(app.ProjectFilter{ReachLink: reach.Link, ReachUnits: units})
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			own[l.ID] = true
		}
	}
	return func(s string) bool {
		switch kind, id, _ := strings.Cut(s, "/"); kind {
		case project.Kind:
			return reach.All || own[id]
		case casework.CaseKind:
			return app.MaySeeCase(v.Read(), v.By, id) == nil
		case visit.Kind:
			return app.MaySeeVisit(v.Read(), v.By, id) == nil
		case dispatch.MeetingKind:
			return app.MaySeeMeetings(v.Read(), v.By) == nil
		case org.UnitKind, org.PostKind, org.PersonKind:
			return people
		}
		return true
	}, nil
}

// fingerprint is the part of a log's key by which people compare it: its name and its hash.
func fingerprint(vkey string) string {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) < 3 {
		return vkey
	}
	return parts[0] + " " + parts[1]
}

// entryData is one entry with all that hangs on it.
type entryData struct {
	E          ledger.Entry
	Row        entryRow
	Sample     bool
	Body       []bodyLine
	Raw        string
	Chain      []entryRow
	ChainOn    int64
	Feeds      []feedRow
	FeedsMore  int
	Files      []entryFileRow
	Leaf       string
	Suite      string
	Key        string
	VKey       string
	CP         ledger.Checkpoint
	CPRoot     string
	CPText     string
	Steps      int
	Good       bool
	Broken     string
	Signed     []string
	Prev, Next int64
}

type bodyLine struct {
	Label, Value, Was string
	Deep              bool
}

type feedRow struct {
	Fig   app.Fig
	Label string
	Of    string
	Unit  string
	Light bool
	Month string
}

type entryFileRow struct {
	Name, Media, Size, Digest, Href, Short string
	Allowed                                bool
}

func (v *view) theEntry() (ledger.Stored, error) {
	seq, err := strconv.ParseInt(v.r.PathValue("seq"), 10, 64)
	if err != nil {
		return ledger.Stored{}, errPage
	}
	st, err := v.Read().Entry(seq)
	if err != nil {
		return st, err
	}
	return st, v.s.o.MaySeeEntry(v.ctx(), v.By, st.Subject)
}

func (v *view) entryPage() error {
	st, err := v.theEntry()
	if err != nil {
		return err
	}
	e := st.Entry
	head, vkey, _, err := v.Read().Log()
	if err != nil {
		return err
	}
	d := entryData{E: e, Row: v.entryRow(e, nil), Leaf: fmt.Sprintf("%x", st.Leaf), Suite: head.Suite.Name, Key: fingerprint(vkey), VKey: vkey}
	var pretty bytes.Buffer
	if json.Indent(&pretty, e.Body, "", "  ") == nil {
		d.Raw = pretty.String()
	}
	d.Body = v.bodyLines(e)
	if d.Chain, err = v.entryChain(e); err != nil {
		return err
	}
	if err := v.feeds(&d); err != nil {
		return err
	}
	for _, digest := range e.Evidence {
		f := entryFileRow{Name: digest, Digest: digest, Short: shortHash(digest), Href: fmt.Sprintf("/entry/%d/file/%s", e.Seq, digest), Allowed: v.s.o.MaySeeFile(v.ctx(), v.By, e) == nil}
		if info, err := v.Read().File(digest); err == nil {
			f.Name, f.Media, f.Size = info.Name, info.Media, weight(int(info.Size))
		}
		d.Files = append(d.Files, f)
	}
	p, cp, err := v.s.o.Proof(v.ctx(), e.Seq)
	if f, refusal := app.Refused(err); refusal {
		d.Broken = sentence(v.Lang, f)
	} else if err != nil {
		return err
	} else {
		d.Good, d.CP, d.CPRoot, d.CPText, d.Steps = true, cp, fmt.Sprintf("%x", cp.Root), p.Checkpoint, len(p.Path)
		for _, l := range strings.Split(p.Checkpoint, "\n") {
			if name, ok := strings.CutPrefix(l, "— "); ok {
				d.Signed = append(d.Signed, strings.Fields(name)[0])
			}
		}
	}
	if e.Seq > 1 {
		d.Prev = e.Seq - 1
	}
	if e.Seq < head.Size {
		d.Next = e.Seq + 1
	}
	return v.page("entry", e.Number(), d, func(pg *Page) { pg.Ask = "nav.ledger" })
}

// entryChain is the entry with what it corrects and what corrects it, oldest first; of a month's report also what was decided
// about it.
func (v *view) entryChain(e ledger.Entry) ([]entryRow, error) {
	in := map[int64]ledger.Entry{e.Seq: e}
	for at := e; at.Corrects > 0; {
		st, err := v.Read().Entry(at.Corrects)
		if err != nil {
			return nil, err
		}
		in[st.Seq], at = st.Entry, st.Entry
	}
	for todo := slices.Sorted(maps.Keys(in)); len(todo) > 0; todo = todo[1:] {
		later, err := v.Read().Correcting(todo[0])
		if err != nil {
			return nil, err
		}
		for _, l := range later {
			if _, had := in[l.Seq]; !had {
				in[l.Seq] = l
				todo = append(todo, l.Seq)
			}
		}
	}
	var out []entryRow
	if len(in) == 1 {
		return nil, nil
	}
	for _, seq := range slices.Sorted(maps.Keys(in)) {
		out = append(out, v.entryRow(in[seq], nil))
	}
	return out, nil
}

const mostFeeds = 14

// feeds lists the facts that the entry states, and the figures and lights that read them.
func (v *view) feeds(d *entryData) error {
	facts, err := v.s.o.StatedBy(v.ctx(), d.E)
	if err != nil || len(facts) == 0 {
		return nil // an entry of another version states nothing that this house can read
	}
	now, err := v.month()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, f := range facts {
		m := now
		if x, err := calendar.ParseMonth(f.Period); err == nil {
			m = x
		} else if y, err := strconv.Atoi(f.Period); err == nil && y != now.Year {
			m = calendar.Month{Year: y, Month: 12}
		}
		set, err := v.s.o.SetFor(v.ctx(), m, "")
		if err != nil {
			continue
		}
		w, ok := set.Fact(f.Fact)
		if !ok || !strings.HasPrefix(f.Subject, w.Of+"/") {
			continue
		}
		names := append([]string{f.Fact}, app.Readers(set, f.Fact)...)
		var own, groups []string
		for _, n := range names {
			key := n + " " + m.String()
			if seen[key] || strings.HasPrefix(n, app.DoubtPrefix) {
				continue
			}
			seen[key] = true
			of := "project"
			if x := set.Figures[n]; x != nil {
				of = x.Of
			}
			switch of {
			case "project":
				own = append(own, n)
			case "group":
				groups = append(groups, n)
			}
		}
		for _, part := range []struct {
			names   []string
			subject string
		}{{own, f.Subject}, {groups, app.Everything}} {
			if len(part.names) == 0 {
				continue
			}
			figs, err := v.s.o.Figures(v.ctx(), m, "", part.names, []string{part.subject})
			if err != nil {
				return err
			}
			of, _ := v.subjectName(part.subject)
			for _, n := range part.names {
				fig := figs.Of(n, part.subject)
				if fig.Value.IsMissing() || fig.Unit == rules.UnitBool || fig.Unit == rules.UnitText || fig.Unit == quantity.UnitItem || fig.Unit == quantity.UnitNumber {
					continue
				}
				row := feedRow{Fig: fig, Label: set.Label(n, v.Lang), Of: of, Light: fig.Unit == rules.UnitHue, Month: m.String()}
				if fig.Unit == quantity.UnitYuan {
					row.Unit = "yi"
				}
				d.Feeds = append(d.Feeds, row)
			}
		}
	}
	// the project's own before the sums that it goes into
	slices.SortStableFunc(d.Feeds, func(a, b feedRow) int { return strings.Compare(kindOfSubject(b.Fig), kindOfSubject(a.Fig)) })
	if len(d.Feeds) > mostFeeds {
		d.FeedsMore, d.Feeds = len(d.Feeds)-mostFeeds, d.Feeds[:mostFeeds]
	}
	return nil
}

func kindOfSubject(f app.Fig) string { kind, _, _ := strings.Cut(f.Subject, "/"); return kind }

// bodyLines says an entry's body as labelled values.
func (v *view) bodyLines(e ledger.Entry) []bodyLine {
	dec := json.NewDecoder(bytes.NewReader(e.Body))
	dec.UseNumber()
	var body map[string]any
	if dec.Decode(&body) != nil {
		return nil
	}
	if n, ok := body["line"]; ok && e.Kind == "dispatch.line-noted/1" { // a line of notes, not the department in charge
		body["note_line"] = n
		delete(body, "line")
	}
	if e.Room() == visit.Kind {
		visitBody(body)
	}
	var out []bodyLine
	v.bodyOf(&out, "", body, false)
	return out
}

func (v *view) bodyOf(out *[]bodyLine, prefix string, body map[string]any, deep bool) {
	for _, k := range slices.Sorted(maps.Keys(body)) {
		label := labelOf(v.Lang, "body", k)
		if label == k {
			label = labelOf(v.Lang, "fact", k)
		}
		if prefix != "" {
			label = prefix + " · " + label
		}
		switch x := body[k].(type) {
		case nil:
		case map[string]any:
			if zh, ok := x["zh"].(string); ok { // a name in both languages
				*out = append(*out, bodyLine{Label: label, Value: org.Name{Zh: zh, En: fmt.Sprint(x["en"])}.Zh})
				continue
			}
			if k == "content" { // of a report: it is the report
				label = ""
			}
			v.bodyOf(out, label, x, true)
		case []any:
			v.bodyList(out, label, k, x)
		default:
			if text := v.bodyValue(k, x); text != "" {
				*out = append(*out, bodyLine{Label: label, Value: text, Deep: deep})
			}
		}
	}
}

func (v *view) bodyList(out *[]bodyLine, label, key string, list []any) {
	var texts []string
	for i, x := range list {
		if m, ok := x.(map[string]any); ok {
			if i < 8 {
				v.bodyOf(out, label+" "+strconv.Itoa(i+1), m, true)
			}
			continue
		}
		texts = append(texts, v.bodyValue(key, x))
	}
	if len(texts) > 40 {
		texts = append(texts[:40], v.T("ledger.more-values", "n", len(list)-40))
	}
	if len(texts) > 0 {
		*out = append(*out, bodyLine{Label: label, Value: strings.Join(texts, v.T("import.and"))})
	}
}

// bodyMoney are the fields that hold fen.
var bodyMoney = []string{"planned", "to_last_year", "total", "month", "ytd", "paid", "funds_in", "as_month", "as_ytd", "was", "now", "money"}

// bodyValue says one value: money in 亿元 and exact in yuan, keys by their labels, posts and persons by their names.
func (v *view) bodyValue(key string, x any) string {
	switch val := x.(type) {
	case json.Number:
		if n, err := val.Int64(); err == nil && slices.Contains(bodyMoney, key) {
			f := quantity.Fen(n)
			return quantity.ShowMoney(f, quantity.UnitWanYuan, v.Lang).String()
		}
		return val.String()
	case bool:
		return v.T(fmt.Sprintf("bool.%v", val))
	case string:
		switch key {
		case "person", "lead", "by":
			if name := v.s.o.PersonName(v.ctx(), val); name != val {
				return name
			}
			fallthrough
		case "post", "top", "line", "local", "owner", "agent", "signers":
			return v.postName(val)
		case "owner_unit", "local_unit", "line_unit", "unit", "parent":
			if u, err := org.UnitOf(v.Read(), val); err == nil {
				return u.Name.In(v.Lang)
			}
		case "values", "digest", "commitment":
			return shortHash(val)
		}
		prefix := map[string]string{"stage": "stage", "from": "stage", "category": "category", "level": "level", "class": "class", "industry": "industry", "front": "front",
			"list": "list", "nature": "nature", "what": "what", "light": "light", "roles": "role", "field": "fact"}[key]
		if prefix != "" {
			return labelOf(v.Lang, prefix, strings.TrimPrefix(val, "light."))
		}
		return val
	}
	return fmt.Sprint(x)
}

// entryProof gives the proof as a file that `shigan verify` checks without network or database.
func (v *view) entryProof() error {
	st, err := v.theEntry()
	if err != nil {
		return err
	}
	p, _, err := v.s.o.Proof(v.ctx(), st.Seq)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	return v.download(st.Number()+".json", "application/json", append(raw, '\n'))
}

// entryFile gives a file of evidence to whoever may see the entry that cites it.
func (v *view) entryFile() error {
	st, err := v.theEntry()
	if err != nil {
		return err
	}
	digest := v.r.PathValue("digest")
	if !slices.Contains(st.Evidence, digest) {
		return errPage
	}
	if err := v.s.o.MaySeeFile(v.ctx(), v.By, st.Entry); err != nil {
		return err
	}
	info, err := v.Read().File(digest)
	if err != nil {
		return err
	}
	raw, err := v.Read().Blob(digest)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", orOctets(info.Media))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": info.Name}))
	h.Set("Cache-Control", "private, no-store")
	_, err = v.w.Write(raw)
	return err
}

func orOctets(media string) string {
	if media == "" {
		return "application/octet-stream"
	}
	return media
}
