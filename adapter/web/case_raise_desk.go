package web

import (
	"errors"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
)

// raiseUses are the desks at which a matter is raised that is about no project.
var raiseUses = []string{"order", "firm-order", "demand"}

// raiseUse is which of them the address or the form names; "" is a project's problem.
func (v *view) raiseUse() string {
	if use := v.r.FormValue("use"); slices.Contains(raiseUses, use) {
		return use
	}
	return ""
}

// raiseHref is where a matter of a kind is raised; "" where it is not raised by hand.
func raiseHref(use string) string {
	switch {
	case use == problemUse:
		return "/raise"
	case slices.Contains(raiseUses, use):
		return "/raise?use=" + use
	}
	return ""
}

// raiseDeskPage 登记工单、诉求 is a matter on its way to a desk: whose it is, of which kind, and what is asked for.
type raiseDeskPage struct {
	Desk    *casework.Desk
	Use     string
	Asks    []casework.Field
	Raisers []unitGroupOption // none: it is the reader's own
	V, Errs map[string]string
	Error   string
	Files   []fileLine
	Draft   string
	Saved   string
	Ladder  []levelRow
	Key     string
}

func raiseDeskDraft(use string) string { return raiseDraft("use:" + use) }

// raiseAtDesk shows the form; vals are those that a refusal gives back.
func (v *view) raiseAtDesk(use string, vals, errs map[string]string, text string, code int) error {
	d := &raiseDeskPage{Use: use, V: vals, Errs: errs, Error: text, Key: app.NewKey(), Draft: raiseDeskDraft(use)}
	if d.Errs == nil {
		d.Errs = map[string]string{}
	}
	var err error
	if d.Desk, err = casework.ForUse(v.Read(), use, v.today().String()); err != nil && !errors.Is(err, casework.ErrNoDesk) {
		return err
	}
	if d.V == nil {
		if d.V, d.Saved, err = v.draft(d.Draft); err != nil {
			return err
		}
	}
	if d.V == nil {
		d.V = map[string]string{}
	}
	if d.Desk != nil {
		for _, n := range d.Desk.Entry {
			f, _ := d.Desk.Field(n)
			d.Asks = append(d.Asks, f)
		}
		if v.raisesFor(d.Desk) {
			d.Raisers = v.raisers()
		}
		chain, err := v.ownChain()
		if err != nil {
			return err
		}
		d.Ladder = v.ladderOf(d.Desk, chain)
		for i, l := range d.Desk.Ladder {
			d.Ladder[i].Later = l.Rung == casework.HandlerRung // whoever will handle it brings the head along
		}
	}
	d.Files = v.draftFiles(d.Draft, "/raise/file/", "?p="+escapePath("use:"+use), strings.Fields(d.V["files"]), nil)
	p := v.newPage(v.T("raise.a."+use), d)
	p.Ask = "nav.owe"
	return v.s.pages.write(v, code, "raise-desk", p)
}

// raisesFor tells whether the reader writes down what another raised: a firm's own person raises his own.
func (v *view) raisesFor(d *casework.Desk) bool {
	return len(d.Behalf) > 0 && !v.By.Has(org.Owner)
}

// raisers are those who may have raised something: firms first, then the townships for households without an account.
func (v *view) raisers() []unitGroupOption { return v.unitsOf(org.Enterprise, org.Town) }

// ownChain 责任链 of a matter that is about no project: whoever writes it down, the head of his unit, the leader in charge, the head of the district.
func (v *view) ownChain() (map[string]string, error) {
	chain, err := app.ChainOf(v.Read(), "", v.By.Unit)
	if err == nil && !v.By.Has(org.Owner) {
		chain["lead"] = v.By.Post
	}
	return chain, err
}

// raiseDemand opens the case at the desk of a use.
func (v *view) raiseDemand(use string) error {
	desk, err := casework.ForUse(v.Read(), use, v.today().String())
	if err != nil {
		return err
	}
	vals := map[string]string{"files": v.r.FormValue("files")}
	for _, k := range []string{"raiser", "title", "kind", "basis"} {
		vals[k] = v.text(k)
	}
	cmd := casework.Open{Desk: desk.Name, Kind: vals["kind"], Title: vals["title"], Basis: vals["basis"], Reach: org.Scope{Line: v.By.Unit, Local: v.By.Unit}}
	for _, n := range desk.Entry {
		if vals["f_"+n] = v.text("f_" + n); vals["f_"+n] != "" {
			if cmd.Fields == nil {
				cmd.Fields = map[string]string{}
			}
			cmd.Fields[n] = vals["f_"+n]
		}
	}
	refused := func(vals map[string]string, err error) error { return v.raiseDeskRefused(use, vals, err) }
	name := raiseDeskDraft(use)
	if err := v.takeFiles(name, vals); err != nil {
		return refused(vals, err)
	}
	if v.r.FormValue("do") == "add" {
		if err := v.keepDraft(name, vals); err != nil {
			return err
		}
		return v.seeOther("/raise?use=" + use)
	}
	switch {
	case v.By.Has(org.Owner):
		cmd.Reach = org.Scope{Owner: v.By.Unit}
	case v.raisesFor(desk) && vals["raiser"] == "":
		return refused(vals, errForm.With("field", v.T("raise.raiser")))
	case v.raisesFor(desk):
		cmd.Raiser, cmd.Reach.Owner = casework.Party{Unit: vals["raiser"]}, vals["raiser"]
	}
	if cmd.Chain, err = v.ownChain(); err != nil {
		return err
	}
	return v.raiseOpen(cmd, name, vals, refused)
}

// raiseDeskRefused gives the form back, with the sentence at the field.
func (v *view) raiseDeskRefused(use string, vals map[string]string, err error) error {
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Code == "org.may-not" {
		return err
	}
	field, text := v.fieldOf(f), v.caseSentence(f)
	switch {
	case errors.Is(err, errForm):
		field, text = "raiser", v.T("raise.need.raiser")
	case errors.Is(err, casework.ErrKind) && vals["kind"] == "":
		text = v.T("raise.need.kind")
	case errors.Is(err, casework.ErrTitle):
		text = v.T("raise.need.title")
	}
	errs, head := map[string]string{}, text
	if slices.Contains([]string{"files", "raiser", "title", "kind"}, field) {
		errs[field], head = text, v.T("case.look")
	}
	return v.raiseAtDesk(use, vals, errs, head, status[f.Kind])
}
