package web

import (
	"html/template"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// settingsPage 怎么收消息 is how the reader is told: per group, quiet hours, the day's letter; his e-mail address; his calendar addresses.
type settingsPage struct {
	C         app.Choices
	Rows      []choiceRow
	When      []arrival
	Address   string
	MailOn    bool
	Feeds     []app.Feed
	Most      int
	Fresh     string       // a calendar address that was just made
	FreshCal  template.URL // the same, as calendar programs are opened with it
	FreshFor  string
	In, Error string // a refusal, and the form that it belongs to
	Typed     map[string]string
	Notice    string
}

// choiceRow is one group: what is in it, whether the page shows it, and how letters of it come.
type choiceRow struct {
	Key, Name, Eg string
	Shown         bool
	Way           string
	Ways          []option
}

// arrival is one worked example of what is chosen: something told, and when its letter leaves.
type arrival struct{ What, When string }

func (v *view) messageSettings() error { return v.settingsShow(settingsPage{}, 200) }

// settingsShow draws the page over what is stored; what was refused stands as it was typed.
func (v *view) settingsShow(d settingsPage, code int) error {
	stored, address, err := v.s.o.ChoicesOf(v.ctx(), v.By.Person)
	if err != nil {
		return err
	}
	if d.In != "choices" {
		d.C = stored
	}
	d.C.Address, d.C.Why = stored.Address, stored.Why
	d.Address, d.MailOn, d.Most = address, v.s.o.MailOn, app.FeedsMost
	if d.Typed == nil {
		d.Typed = map[string]string{}
	}
	for _, g := range app.MessageGroups {
		r := choiceRow{Key: string(g), Name: v.T("message.group." + string(g)), Eg: v.T("message.group." + string(g) + ".eg"), Shown: d.C.Shows(g), Way: d.C.Mail[g]}
		for _, way := range []string{app.MailDigest, app.MailNow, app.MailOff} {
			r.Ways = append(r.Ways, option{way, v.T("settings.way." + way)})
		}
		d.Rows = append(d.Rows, r)
	}
	d.When = v.arrivals(d.C)
	if d.Feeds, err = v.Read().Feeds(v.By.Person); err != nil {
		return err
	}
	d.Notice, _, _ = v.notice("settings.did")
	p := v.newPage(v.T("settings.title"), d)
	p.Ask = "messages"
	return v.s.pages.write(v, code, "message-settings", p)
}

// arrivals works out when letters would leave: something ordinary and something urgent told now, and something urgent told at night.
func (v *view) arrivals(c app.Choices) []arrival {
	now := v.s.o.Clock()
	night := calendar.DateOf(now).At(23 * 60)
	var out []arrival
	for _, x := range []struct {
		key    string
		urgent bool
		at     time.Time
	}{{"settings.when.now", false, now}, {"settings.when.urgent", true, now}, {"settings.when.night", true, night}} {
		a := arrival{What: v.T(x.key, "hour", x.at.In(calendar.Zone).Format("15:04"))}
		switch when, ok := c.Arrives(app.GroupTurn, x.urgent, x.at); {
		case !ok:
			a.When = v.T("settings.when.never")
		case when.Equal(x.at):
			a.When = v.T("settings.when.at-once")
		default:
			a.When = v.T("settings.when.at", "day", calendar.DateOf(when).Prose(v.Lang, calendar.DateOf(now).Year()), "hour", when.In(calendar.Zone).Format("15:04"))
		}
		out = append(out, a)
	}
	return out
}

// choices reads the form.
func (v *view) choices() app.Choices {
	f := func(k string) string { return strings.TrimSpace(v.r.FormValue(k)) }
	c := app.Choices{Lang: words.ParseLang(f("lang")), Mail: map[app.Group]string{}, Quiet: app.Quiet{From: f("quiet_from"), To: f("quiet_to"), All: f("quiet_all") == "yes"},
		Digest: f("digest"), Workdays: f("workdays") == "yes"}
	for _, g := range app.MessageGroups {
		c.Mail[g] = f("mail_" + string(g))
		if f("show_"+string(g)) != "yes" {
			c.Hidden = append(c.Hidden, g)
		}
	}
	return c
}

// tryChoices shows what the choices in the form would bring about, before they are kept.
func (v *view) tryChoices() error {
	c := v.choices()
	if err := c.Check(); err != nil {
		return err
	}
	return v.settingsShow(settingsPage{C: c, In: "choices"}, 200)
}

func (v *view) saveChoices() error {
	c := v.choices()
	return v.settingsDid("choices", "saved", v.s.o.Choose(v.ctx(), v.By, c), settingsPage{C: c})
}

// settingsDid goes back to the page, or shows a refusal beside the form that it belongs to, with what was typed.
func (v *view) settingsDid(form, did string, err error, d settingsPage) error {
	if f, refused := app.Refused(err); refused && f.Kind != fault.Unavailable {
		d.In, d.Error, d.Typed = form, sentence(v.Lang, f), map[string]string{}
		for k := range v.r.PostForm {
			d.Typed[k] = v.r.PostFormValue(k)
		}
		return v.settingsShow(d, status[f.Kind])
	}
	if err != nil {
		return err
	}
	return v.seeOther("/messages/settings?did=" + did + "#" + form)
}

// askAddress has a code sent to an address; an empty one takes the address back.
func (v *view) askAddress() error {
	address, did := v.r.FormValue("address"), "asked"
	if strings.TrimSpace(address) == "" {
		did = "no-address"
	}
	return v.settingsDid("address", did, v.s.o.AskAddress(v.ctx(), v.By, address), settingsPage{})
}

func (v *view) confirmAddress() error {
	return v.settingsDid("address", "good", v.s.o.ConfirmAddress(v.ctx(), v.By, v.r.FormValue("code")), settingsPage{})
}

// makeCalendar makes an address and shows it this once.
func (v *view) makeCalendar() error {
	label := strings.TrimSpace(v.r.FormValue("label"))
	if label == "" {
		return v.settingsDid("calendar", "", errForm.With("field", v.T("settings.calendar.label")), settingsPage{})
	}
	secret, err := v.s.o.NewFeed(v.ctx(), v.By, label)
	if err != nil {
		return v.settingsDid("calendar", "", err, settingsPage{})
	}
	base := strings.TrimRight(v.s.o.URL, "/")
	if base == "" { // nobody said where the pages are read from outside: as the reader reached them
		base = "http://" + v.r.Host
		if v.s.opt.Secure || v.r.TLS != nil {
			base = "https://" + v.r.Host
		}
	}
	d := settingsPage{Fresh: base + app.FeedPath(secret), FreshFor: label}
	_, rest, _ := strings.Cut(d.Fresh, "://")
	d.FreshCal = template.URL("webcal://" + rest)
	return v.settingsShow(d, 200)
}

func (v *view) endCalendar() error {
	return v.settingsDid("calendar", "ended", v.s.o.EndFeed(v.ctx(), v.By, v.r.FormValue("id")), settingsPage{})
}

// setAddress is for the officer who registers people: the address of somebody else, out of the personnel list.
func (v *view) setAddress() error {
	return v.peopleDeed("address", v.s.o.SetAddress(v.ctx(), v.r.FormValue("person"), v.r.FormValue("address")))
}
