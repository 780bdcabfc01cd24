package web

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// caseDeed does a deed of a case and goes back to where the reader came from; a refusal comes back in its form. which names the
// form, did the sentence that says what was done.
func (v *view) caseDeed(which, did string, cmd app.Command, files ...app.File) error {
	if err := app.MaySeeCase(v.Read(), v.By, v.r.PathValue("id")); err != nil {
		return err // before the deed says anything of it
	}
	opt := v.options()
	opt.Files = files
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, opt)
	if err != nil {
		return v.caseRefused(which, err)
	}
	return v.caseDone(which, did, rec)
}

// caseDone forgets the draft and goes on.
func (v *view) caseDone(which, did string, rec app.Receipt) error {
	id := v.r.PathValue("id")
	if err := v.dropDraft("case/"+id+"/"+which, strings.Fields(v.r.FormValue("files"))); err != nil {
		return err
	}
	to := "/case/" + id + "?did=" + did
	switch v.r.FormValue("to") {
	case "my":
		to = "/my?did=case"
	case "register":
		to = "/register?did=" + did
	case "brief":
		to = "/brief?did=" + did
	}
	return v.seeOther(to + "&e=" + strconv.FormatInt(rec.Last, 10))
}

// caseRefused shows the page again with the sentence at the field, and what was typed.
func (v *view) caseRefused(which string, err error) error {
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Kind == fault.Unavailable || f.Code == "org.may-not" || f.Code == "casework.no-case" {
		return err
	}
	code := status[f.Kind]
	if serr := v.caseShow(caseAnswer{Which: which, Error: v.caseSentence(f), Field: v.fieldOf(f), Values: v.typedInto()}, code); serr != nil {
		return err
	}
	return nil
}

// typedInto is what the form held; a file that was brought waits in its draft.
func (v *view) typedInto() url.Values {
	vals := url.Values{}
	maps.Copy(vals, v.r.Form)
	return vals
}

// caseSentence says a refusal; posts and instants are said as people know them.
func (v *view) caseSentence(f *fault.Fault) string {
	g := f.With()
	if post, ok := g.Args["by"].(string); ok {
		g.Args["by"] = v.party(casework.Party{Post: post})
	}
	if at, ok := g.Args["at"].(string); ok {
		if t, err := parseStamp(at); err == nil {
			g.Args["at"] = stampText(t)
		}
	}
	if n, ok := g.Args["most"].(int); ok && f.Code == casework.ErrExtension.Code {
		if c, d, err := v.caseOf(v.r.PathValue("id")); err == nil && d.Extend != nil && c.ID != "" {
			span, _ := casework.ParseSpan(d.Extend.Most)
			g.Args["most"] = v.span(n, span.Measure)
		}
	}
	return app.Sentence(v.Lang, g)
}

// fieldOf is the field that a refusal is about; "" stands above the form.
func (v *view) fieldOf(f *fault.Fault) string {
	for field, codes := range map[string][]*fault.Fault{
		"reason": {casework.ErrReason}, "files": {casework.ErrEvidence, errFiles}, "outcome": {casework.ErrOutcome}, "handler": {casework.ErrNoHandler, casework.ErrOwnJudge},
		"review": {casework.ErrReview}, "why": {casework.ErrUnlawful}, "amount": {casework.ErrExtension}, "into": {casework.ErrMerge}, "part": {casework.ErrSplit},
		"question": {casework.ErrNoText}, "title": {casework.ErrTitle}, "kind": {casework.ErrKind},
	} {
		for _, c := range codes {
			if f.Code == c.Code {
				if field == "reason" && v.r.Form.Has("note") {
					return "note"
				}
				return field
			}
		}
	}
	switch f.Code {
	case casework.ErrGivenDay.Code:
		for _, k := range []string{"done_by", "given"} {
			if v.r.Form.Has(k) {
				return k
			}
		}
	case casework.ErrField.Code, casework.ErrChoice.Code, casework.ErrAnswer.Code:
		return v.namedField(f)
	case casework.ErrMeasure.Code:
		return v.measureField()
	}
	return ""
}

// namedField finds the desk's field that a refusal names.
func (v *view) namedField(f *fault.Fault) string {
	c, d, err := v.caseOf(v.r.PathValue("id"))
	if err != nil || c.ID == "" {
		return ""
	}
	said, _ := f.Args["field"].(rules.Say)
	for _, n := range d.Fields {
		if n.Say == said {
			return "f_" + n.Name
		}
	}
	return ""
}

// measureField is the first thing that a measure lacks.
func (v *view) measureField() string {
	val := func(k string) string { return strings.TrimSpace(v.r.FormValue(k)) }
	for _, k := range []string{"pain", "cause"} {
		if val(k) == "" && v.r.Form.Has(k) {
			return k
		}
	}
	if val("decision") != "" && val("owner") == "" {
		return "owner"
	}
	if _, err := calendar.ParseDay(val("by")); (val("decision") != "" || v.r.Form.Has("mark")) && err != nil {
		return "by"
	}
	return "option"
}

func (v *view) text(name string) string { return strings.TrimSpace(v.r.FormValue(name)) }

// moveCase makes a move of the desk.
func (v *view) moveCase() error {
	c, d, err := v.caseOf(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(v.r.FormValue("seen"), 10, 64)
	cmd := casework.Make{Case: c.ID, Move: v.r.FormValue("move"), From: v.r.FormValue("from"), Seen: seen, Outcome: v.r.FormValue("outcome"), Reason: v.text("reason")}
	which := "move/" + cmd.Move
	for _, f := range d.Fields {
		if text := v.text("f_" + f.Name); text != "" {
			if cmd.Fields == nil {
				cmd.Fields = map[string]string{}
			}
			cmd.Fields[f.Name] = text
		}
	}
	cmd.Handler, cmd.Assists = v.handlers()
	files, err := v.caseUploads(which)
	if err != nil {
		return v.caseRefused(which, err)
	}
	for _, f := range files {
		cmd.Files = append(cmd.Files, f.Digest)
	}
	return v.caseDeed(which, "moved", cmd, files...)
}

// handlers reads who is to handle and who is to help.
func (v *view) handlers() (casework.Party, []casework.Party) {
	var assists []casework.Party
	lead := v.r.FormValue("handler")
	for i := range mostAssists {
		if u := v.r.FormValue("assist" + strconv.Itoa(i+1)); u != "" && u != lead && !slices.Contains(assists, casework.Party{Unit: u}) {
			assists = append(assists, casework.Party{Unit: u})
		}
	}
	return casework.Party{Unit: lead}, assists
}

// caseUploads takes what was brought into the form's draft and gives the files that go in with the deed.
func (v *view) caseUploads(which string) ([]app.File, error) {
	vals := map[string]string{"files": v.r.FormValue("files")}
	name := "case/" + v.r.PathValue("id") + "/" + which
	err := v.takeFiles(name, vals)
	v.r.Form.Set("files", vals["files"])
	if err != nil {
		return nil, err
	}
	var out []app.File
	for _, digest := range strings.Fields(vals["files"]) {
		f, ok := v.draftFile(name, digest)
		if !ok {
			if _, _, done, _ := v.keyed(); done {
				continue // the same form sent twice: the deed answers with its first receipt
			}
			return nil, errStale
		}
		out = append(out, f)
	}
	return out, nil
}

// keyed tells whether a form's deed is in the ledger already.
func (v *view) keyed() (first, last int64, done bool, err error) {
	key := v.r.FormValue("_key")
	if key == "" {
		return 0, 0, false, nil
	}
	entries, err := v.Read().Entries("case/"+v.r.PathValue("id"), 20)
	for _, e := range entries {
		if e.Key == key {
			return e.Seq, e.Seq, true, nil
		}
	}
	return 0, 0, false, err
}

func (v *view) stopCase() error {
	return v.caseDeed("stop", "stopped", casework.Halting{Case: v.r.PathValue("id"), Why: v.r.FormValue("why"), Note: v.text("note"), Review: v.text("review")})
}

func (v *view) resumeCase() error {
	return v.caseDeed("resume", "resumed", casework.Resume{Case: v.r.PathValue("id"), Note: v.text("note")})
}

func (v *view) extendCase() error {
	n, _ := strconv.Atoi(v.text("amount")) // what is no number is 0, which the deed refuses with the limit
	return v.caseDeed("extend", "extended", casework.Extend{Case: v.r.PathValue("id"), Amount: n, Reason: v.text("reason")})
}

func (v *view) judgeCase() error {
	return v.caseDeed("judge", "judged", casework.Judge{Case: v.r.PathValue("id"), Reason: v.text("reason")})
}

func (v *view) askCase() error {
	return v.caseDeed("ask", "asked", casework.Ask{Case: v.r.PathValue("id"), Text: v.text("question")})
}

func (v *view) mergeCase() error {
	into := strings.ToUpper(v.text("into"))
	if err := app.MaySeeCase(v.Read(), v.By, into); err != nil {
		if !errors.Is(err, casework.ErrNoCase) {
			return err
		}
		return v.caseRefused("merge", casework.ErrMerge.With("case", v.r.PathValue("id"), "into", into))
	}
	return v.caseDeed("merge", "merged", casework.Merge{Case: v.r.PathValue("id"), Into: into, Reason: v.text("reason")})
}

// splitCase splits a case; each part that has a handler of its own climbs by that unit's chain of duty.
func (v *view) splitCase() error {
	c, _, err := v.caseOf(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	cmd := casework.Split{Case: c.ID, Reason: v.text("reason")}
	for i := range mostParts {
		n := strconv.Itoa(i + 1)
		p := casework.Part{Title: v.text("title" + n), Handler: casework.Party{Unit: v.r.FormValue("unit" + n)}, Given: v.text("given" + n)}
		if p.Title == "" && p.Handler.Unit == "" && p.Given == "" {
			continue
		}
		if p.Handler.Unit != "" {
			chain, err := app.ChainOf(v.Read(), "", p.Handler.Unit)
			if err != nil {
				return v.caseRefused("split", err)
			}
			p.Chain = map[string]string{"head": chain["head"], "deputy": chain["deputy"]}
		}
		cmd.Parts = append(cmd.Parts, p)
	}
	return v.caseDeed("split", "split", cmd)
}

// measureCase states the measure anew, as a whole.
func (v *view) measureCase() error {
	m, err := v.measureOf()
	if err != nil {
		return v.caseRefused("measure", err)
	}
	seen, _ := strconv.ParseInt(v.r.FormValue("seen_measure"), 10, 64)
	c, _, err := v.caseOf(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if c.Measure != nil && m.Decision == c.Measure.Decision {
		m.Meeting = c.Measure.Meeting
	}
	return v.caseDeed("measure", "measured", casework.SetMeasure{Case: c.ID, Measure: m, Seen: seen})
}

// measureOf reads a measure out of a form.
func (v *view) measureOf() (casework.Measure, error) {
	m := casework.Measure{Pain: v.text("pain"), Cause: v.text("cause"), Chosen: v.r.FormValue("chosen"), Decision: v.text("decision"), Owner: casework.Party{Unit: v.r.FormValue("owner")}, By: v.text("by")}
	if m.Decision == "" {
		m.Owner, m.By = casework.Party{}, ""
	}
	for i := 1; v.r.Form.Has("option" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		o := casework.Option{Mark: v.text("mark" + n), Text: v.text("option" + n), Effect: v.text("effect" + n), Date: v.text("date" + n)}
		if o.Text == "" && o.Effect == "" && v.text("cost"+n) == "" && o.Date == "" {
			continue
		}
		if text := v.text("cost" + n); text != "" {
			cost, err := quantity.ParseMoney(text, quantity.Wan)
			if err != nil {
				return m, err
			}
			o.Cost = &cost.Fen
		}
		m.Options = append(m.Options, o)
	}
	return m, nil
}

// agreeCase takes an option that stands in the case.
func (v *view) agreeCase() error {
	seen, _ := strconv.ParseInt(v.r.FormValue("seen_measure"), 10, 64)
	if err := app.MaySeeCase(v.Read(), v.By, v.r.PathValue("id")); err != nil {
		return err
	}
	rec, err := v.s.o.Agree(v.ctx(), v.By, v.r.PathValue("id"), v.r.FormValue("mark"), v.text("by"), seen, v.options())
	if err != nil {
		return v.caseRefused("agree", err)
	}
	return v.caseDone("agree", "agreed", rec)
}

// slipCase sends a slip that is due.
func (v *view) slipCase() error {
	colour := v.r.FormValue("colour")
	return v.caseDeed("slip/"+colour, "slip", casework.SendSlip{Case: v.r.PathValue("id"), Colour: colour, DoneBy: v.text("done_by"), Reason: v.text("reason")})
}

// caseFile gives one file of evidence of a case, or one that waits in the reader's own form.
func (v *view) caseFile() error {
	c, _, err := v.caseOf(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	digest := v.r.PathValue("digest")
	if form := v.r.FormValue("form"); form != "" {
		if f, ok := v.draftFile("case/"+c.ID+"/"+form, digest); ok {
			return v.sendEvidence(f)
		}
	}
	entries, err := v.Read().Entries("case/"+c.ID, 0)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(e.Evidence, digest) {
			info, err := v.Read().File(digest)
			if err != nil {
				return err
			}
			raw, err := v.Read().Blob(digest)
			if err != nil {
				return err
			}
			return v.sendEvidence(app.File{Digest: digest, Name: info.Name, Media: info.Media, Bytes: raw})
		}
	}
	return errFile
}
