package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/org"
)

// hooksPage 推送 is for the officer who looks after the machine: to which programs the district's messages go, and what became of
// what was sent. It never says what a letter or a call says.
type hooksPage struct {
	Open, Closed  []hookRow
	Counts        []countRow
	Waiting       int // letters and calls that have not come through
	Through       int
	Given         int
	OldestWaiting string
	MailOn        bool
	Rows          []deliveryRow
	Older, All    string
	Of            string // the hook whose deliveries are listed, "" for all
	OfName        string
	State         string
	States        []inboxGroup
	Groups        []option
	Secret        string // of a hook that was just opened
	SecretOf      string
	In, Error     string
	Typed         map[string]string
	TypedGroups   []string
	Notice        string
	NoticeSeq     int64
	NoticeNo      string
	Key           string
}

type hookRow struct {
	org.Hook
	Stage  string
	Groups string
	Last   *deliveryRow
	Error  string
}

// countRow is how many deliveries of a channel stand where.
type countRow struct {
	Channel                 string
	Waiting, Through, Given int
}

type deliveryRow struct {
	app.Delivery
	To, About, Word, Hue string
	Again                bool
}

const deliveriesShown = 30

func (v *view) hooksPage() error { return v.hooksShow(hooksPage{}, 200) }

func (v *view) hooksShow(d hooksPage, code int) error {
	hooks, err := app.All[org.Hook](v.Read(), org.HookKind, "")
	if err != nil {
		return err
	}
	if d.Typed == nil {
		d.Typed = map[string]string{}
	}
	d.MailOn, d.Key = v.s.o.MailOn, app.NewKey()
	known := map[string]org.Hook{}
	slices.SortFunc(hooks, func(a, b org.Hook) int { return int(b.Since - a.Since) })
	for _, h := range hooks {
		known[h.ID] = h
		r := hookRow{Hook: h, Stage: h.Stage(), Groups: v.hookGroups(h)}
		if h.Closed != "" {
			d.Closed = append(d.Closed, r)
			continue
		}
		if d.In == h.ID {
			r.Error, d.In = d.Error, "row"
		}
		last, err := v.Read().Deliveries(app.DeliveryFilter{Channel: app.ByHook, Target: h.ID, Limit: 1})
		if err != nil {
			return err
		}
		if len(last) > 0 {
			x := v.deliveryRow(last[0], known)
			r.Last = &x
		}
		d.Open = append(d.Open, r)
	}
	for _, g := range app.MessageGroups {
		d.Groups = append(d.Groups, option{string(g), v.T("message.group." + string(g))})
	}
	if err := v.deliveryCounts(&d); err != nil {
		return err
	}
	if err := v.deliveryList(&d, known); err != nil {
		return err
	}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("hooks.did")
	p := v.newPage(v.T("hooks.title"), d)
	p.Ask = "nav.hooks"
	return v.s.pages.write(v, code, "hooks", p)
}

func (v *view) hookGroups(h org.Hook) string {
	if len(h.Topics) == 0 {
		return v.T("hooks.all-groups")
	}
	var names []string
	for _, g := range app.MessageGroups {
		if slices.Contains(h.Topics, string(g)) {
			names = append(names, v.T("message.group."+string(g)))
		}
	}
	return strings.Join(names, v.T("list.comma"))
}

func (v *view) deliveryCounts(d *hooksPage) error {
	all, err := v.Read().CountDeliveries()
	if err != nil {
		return err
	}
	for _, channel := range []string{app.ByMail, app.ByHook} {
		r := countRow{Channel: channel}
		for _, c := range all {
			if c.Channel != channel {
				continue
			}
			switch c.State {
			case app.Waiting:
				r.Waiting = c.N
				if d.OldestWaiting == "" || c.Oldest < d.OldestWaiting {
					d.OldestWaiting = c.Oldest
				}
			case app.Through:
				r.Through = c.N
			default:
				r.Given = c.N
			}
		}
		d.Waiting, d.Through, d.Given = d.Waiting+r.Waiting, d.Through+r.Through, d.Given+r.Given
		d.Counts = append(d.Counts, r)
	}
	return nil
}

func (v *view) deliveryList(d *hooksPage, known map[string]org.Hook) error {
	d.Of, d.State = v.r.FormValue("of"), v.r.FormValue("state")
	f := app.DeliveryFilter{Limit: deliveriesShown + 1}
	if h, ok := known[d.Of]; ok {
		f.Channel, f.Target, d.OfName = app.ByHook, d.Of, h.Label
	} else {
		d.Of = ""
	}
	states := []string{"", app.Waiting, app.GivenUp, app.Through}
	if !slices.Contains(states, d.State) {
		d.State = ""
	}
	f.State = d.State
	f.Before, f.BeforeID, _ = strings.Cut(v.r.FormValue("before"), "|")
	self := func(state string) string { return "/hooks?of=" + escapePath(d.Of) + "&state=" + state }
	for _, s := range states {
		d.States = append(d.States, inboxGroup{Key: s, Href: self(s) + "#deliveries", On: s == d.State})
	}
	all, err := v.Read().Deliveries(f)
	if err != nil {
		return err
	}
	if len(all) > deliveriesShown {
		all = all[:deliveriesShown]
		last := all[len(all)-1]
		d.Older = self(d.State) + "&before=" + escapePath(last.Made+"|"+last.ID) + "#deliveries"
	}
	for _, x := range all {
		d.Rows = append(d.Rows, v.deliveryRow(x, known))
	}
	return nil
}

// deliveryRow words a delivery: to whom, about what kind of thing, and what came of it.
func (v *view) deliveryRow(x app.Delivery, known map[string]org.Hook) deliveryRow {
	r := deliveryRow{Delivery: x, Word: v.T("hooks.state." + x.State), Hue: map[string]string{app.Through: "green", app.GivenUp: "red"}[x.State], Again: x.State == app.GivenUp || x.State == app.Waiting && x.Tries > 0}
	if r.Hue == "" {
		if r.Hue = "blue"; x.Tries > 0 {
			r.Hue, r.Word = "yellow", v.T("hooks.state.failing", "n", x.Tries)
		}
	}
	r.About = labelOf(v.Lang, "hooks.about", x.Topic)
	if r.About == x.Topic {
		r.About = v.T("message.group." + string(app.GroupOf(x.Topic)))
	}
	if x.Channel == app.ByHook {
		h := known[x.Target]
		r.To, r.Again = cmp.Or(h.Label, x.Target), r.Again && h.Closed == ""
		return r
	}
	r.To = v.s.o.PersonName(v.ctx(), x.Target)
	return r
}

// hookDid goes back to the page, or shows a refusal beside the form that it belongs to, with what was typed.
func (v *view) hookDid(form, did string, rec app.Receipt, err error) error {
	if f, refused := app.Refused(err); refused && !errors.Is(err, org.ErrForbidden) {
		d := hooksPage{In: form, Error: sentence(v.Lang, f), Typed: map[string]string{}, TypedGroups: v.r.PostForm["groups"]}
		for k := range v.r.PostForm {
			d.Typed[k] = v.r.PostFormValue(k)
		}
		return v.hooksShow(d, status[f.Kind])
	}
	if err != nil {
		return err
	}
	to := "/hooks?did=" + did
	if rec.Last > 0 {
		to += "&e=" + strconv.FormatInt(rec.Last, 10)
	}
	return v.seeOther(to)
}

// openHook opens a hook and shows its secret this once. A form that was sent twice opens one; the second answer has no secret.
func (v *view) openHook() error {
	v.r.ParseForm()
	h := org.Hook{Label: strings.TrimSpace(v.r.FormValue("label")), Topics: v.r.PostForm["groups"]}
	if len(h.Topics) == len(app.MessageGroups) {
		h.Topics = nil
	}
	rec, secret, err := v.s.o.OpenHook(v.ctx(), v.By, h, v.r.FormValue("url"), v.options())
	if err != nil || secret == "" {
		return v.hookDid("new", "opened", rec, err)
	}
	return v.hooksShow(hooksPage{Secret: secret, SecretOf: h.Label}, 200)
}

func (v *view) pauseHook() error {
	id := v.r.PathValue("id")
	rec, err := v.s.o.PauseHook(v.ctx(), v.By, id, v.r.FormValue("reason"), v.options())
	return v.hookDid(id, "paused", rec, err)
}

func (v *view) resumeHook() error {
	id := v.r.PathValue("id")
	rec, err := v.s.o.ResumeHook(v.ctx(), v.By, id, v.options())
	return v.hookDid(id, "resumed", rec, err)
}

func (v *view) closeHook() error {
	id := v.r.PathValue("id")
	rec, err := v.s.o.CloseHook(v.ctx(), v.By, id, v.r.FormValue("reason"), v.options())
	return v.hookDid(id, "closed", rec, err)
}

func (v *view) tryAgain() error {
	return v.hookDid("deliveries", "again", app.Receipt{}, v.s.o.TryAgain(v.ctx(), v.r.FormValue("id")))
}
